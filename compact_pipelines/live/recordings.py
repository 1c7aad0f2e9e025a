"""Which recorded answer belongs to which connector, and what reading it must give.

The recordings themselves are not part of the project: tests and `compact live recordings` read the folder that
COMPACT_RECORDINGS names. A file there that is not listed here is a fault, so that none is silently left out.
`recorded` replays them.
"""

from dataclasses import dataclass
from typing import Final, Literal

STRUCTURE: Final = "the publisher's code lists and structures, no figures"
# Shared readers.
JSON_STAT: Final = "compact_pipelines.live.formats.json_stat:parse_json_stat"
SDMX_CSV: Final = "compact_pipelines.live.formats.sdmx_csv:parse_sdmx_csv"
SDMX_JSON: Final = "compact_pipelines.live.formats.sdmx_json:parse_sdmx_json"


@dataclass(frozen=True)
class Use:
    """A recorded answer to one request of a source.

    Attributes:
        source_id: the source.
        part: which of its requests.
        partition: the partition that was asked, as `Partition.key`.
        gives: rows (of the contract), empty (an answer without rows), refused (no answer with rows of ours; `says`
            is a text that the reason must hold).
        says: for refused and empty: words of the reason.
        status: the HTTP status it came with.
        content_type: as recorded; blank for the first that the request accepts.
        headers: what else came with it and matters.
    """

    source_id: str
    part: str
    partition: str
    gives: Literal["rows", "empty", "refused"] = "rows"
    says: str = ""
    status: int = 200
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Read:
    """A recording of another subject: a shared reader must read it, and no row of ours is in it.

    Attributes:
        by: module and function that reads the bytes, such as JSON_STAT.
        reason: why there are no rows of ours.
    """

    by: str
    reason: str


@dataclass(frozen=True)
class Left:
    """A recording that no connector and no reader is concerned with, and why."""

    reason: str


# Folder and file, as they lie below COMPACT_RECORDINGS. One block a folder.
RECORDINGS: Final[dict[str, Use | Read | Left]] = {
    # banxico
    "banxico/SF43718_date_range.json": Use("banxico_rates", "days", "2020-11"),
    "banxico/SF43718_latest.json": Use("banxico_rates", "days", "2020-11"),
    "banxico/SF60653_date_range.json": Use("banxico_rates", "days", "2020-11"),
    "banxico/SF60653_latest.json": Use("banxico_rates", "days", "2020-12"),
    "banxico/two_series_SF46410_SF60653.json": Use("banxico_rates", "days", "1991-11"),
    "banxico/metadata_SF60653_SF46410.json": Left("the publisher's description of two series, with their unit"),
    # bea: answers of another dataset, one refusal, and rendered tables of the datasets that are asked
    "bea/GetData_Regional_CAGDP2_suppressed_D_edited.json": Use(
        "bea_services_trade", "computer", "2018", gives="refused", says="rows lack the fields"
    ),
    "bea/GetData_Regional_SAGDP2N_01000.json": Use(
        "bea_services_trade", "computer", "2022", gives="refused", says="rows lack the fields"
    ),
    "bea/GetData_Regional_SAINC1_01000.json": Use(
        "bea_services_trade", "computer", "2022", gives="refused", says="rows lack the fields"
    ),
    "bea/error_invalid_userid_http200.json": Use(
        "bea_direct_investment", "inward", "2022", gives="refused", says="Invalid API UserId"
    ),
    "bea/rendered_MNE_ITA_IIP_IntlServ.txt": Left(
        "tables as a client shows them, and no bytes of an answer; fields and marks are taken from them"
    ),
    # census: other goods, sets and variables than are asked are refused
    "census/exports_hs_partner_totals_2025_10_head.json": Use("us_census_exports", "totals", "2025-10"),
    "census/exports_hs_HS10_2710121510_CA_2016_2025.json": Use(
        "us_census_exports", "goods", "2016-01", gives="refused", says="asked for 2016-01 only"
    ),
    "census/exports_enduse_districts_2016_06_head.json": Use(
        "us_census_exports", "totals", "2016-06", gives="refused", says="the header has changed"
    ),
    "census/exports_hs10_compute_goods_IE_2025-10_2026-01_rows.csv": Read(
        "compact_pipelines.harmonise:read_csv", "values that somebody has written anew as CSV, at ten digits"
    ),
    "census/imports_hs6_030111_2020_rows.csv": Read(
        "compact_pipelines.harmonise:read_csv", "values that somebody has written anew as CSV, of aquarium fish"
    ),
    "census/imports_hs_HS6_854231_1992-01_204.body": Use(
        "us_census_imports", "goods", "1992-01", gives="empty", says="no rows", status=204
    ),
    "census/imports_hs_HS6_854231_2013-01_2013-06.json": Use(
        "us_census_imports", "goods", "2013-01", gives="refused", says="the header has changed"
    ),
    "census/imports_hs_HS6_854231_2020-01.json": Use(
        "us_census_imports", "goods", "2020-01", gives="refused", says="the header has changed"
    ),
    "census/imports_naics_334413_2013-01.json": Use(
        "us_census_imports", "naics", "2013-01", gives="refused", says="the header has changed"
    ),
    "census/schedule_c_country_codes.txt": Left(STRUCTURE),
    # comtrade
    "comtrade/data_v1_get_C_A_HS_total_2010.json": Use("un_comtrade", "totals", "2010|CHN"),
    "comtrade/data_v1_get_C_A_HS_goods_2010_withdesc.json": Use("un_comtrade", "totals", "2010|CHN"),
    "comtrade/data_v1_get_S_A_EB_empty.json": Use(
        "un_comtrade", "totals", "2010|CHN", gives="empty", says="no figures"
    ),
    "comtrade/bulk_v1_get_C_A_HS_empty.json": Use(
        "un_comtrade", "totals", "2010|CHN", gives="empty", says="no figures"
    ),
    "comtrade/bulk_v1_get_C_A_HS_availability.json": Use(
        "un_comtrade", "totals", "2010|CHN", gives="refused", says="rows lack the fields"
    ),
    "comtrade/ui_csv_HS8542_THA_imports_first200.csv": Use(
        "un_comtrade", "totals", "2014|THA", gives="refused", says="asked for json", content_type="text/csv"
    ),
    "comtrade/reference_HS_excerpt_8471_8473_8486_8517_8542.json": Left(STRUCTURE),
    "comtrade/reference_ModeOfTransportCodes.json": Left(STRUCTURE),
    "comtrade/reference_Reporters.json": Left(STRUCTURE),
    "comtrade/reference_TradeDataItems.json": Left(STRUCTURE),
    # datamexico: no connector; the service is not documented, and what was recorded has no pair of areas
    "datamexico/tesseract_jsonarrays_excerpt.json": Left("incomes of Mexico's municipalities; no pair of areas in it"),
    "datamexico/tesseract_jsonrecords_excerpt.json": Left("incomes of Mexico's municipalities; no pair of areas in it"),
    # destatis_genesis
    "destatis_genesis/tablefile_51000-0010_en_flat.zip": Use(
        "destatis_genesis", "trade", "2025", gives="refused", says="unknown headings ['WA0101']"
    ),
    "destatis_genesis/metadata_table_51000-0010_en.json": Left(STRUCTURE),
    # epoch
    "epoch/frontier_ai_models.csv": Use("epoch_models", "models", "all"),
    # eurostat: the shared reader's shape
    "eurostat/jsonstat2_une_rt_a_Y15-74_PC_ACT_M.json": Read(JSON_STAT, "unemployment, of one area in each row"),
    # imf: one answer of a flow that is asked; answers, and an empty one, of other flows in the wire format of two more
    "imf/data_IMTS_USA_XG_FOB_USD_A_sdmx3.xml": Use("imf_imts", "goods", "2024|USA"),
    "imf/data_GFS_SOO_ABW_1972_1976.json": Read(SDMX_JSON, "government finance of Aruba; all five figures are gaps"),
    "imf/data_WHDREO_GX1213_BCA_GDP_BP6_A.json": Read(SDMX_JSON, "a group's current account as a share of its product"),
    "imf/data_WHDREO_monthly_empty.json": Use(
        "imf_dip", "positions", "2023|CAN", gives="empty", says="no figures of this reporter"
    ),
    "imf/structure_dataflow_unknown_204.body": Use(
        "imf_dip", "positions", "2023|CAN", gives="refused", says="status 204, no body", status=204
    ),
    "imf/index.json": Left("a list of what was asked for these answers and how each came, no answer itself"),
    "imf/structure_codelist_CL_BOP_ACCOUNTING_ENTRY.json": Left(STRUCTURE),
    "imf/structure_codelist_CL_FREQ.json": Left(STRUCTURE),
    "imf/structure_dataflow_all.json": Left(STRUCTURE),
    "imf/structure_datastructure_DSD_BOP.json": Left(STRUCTURE),
    # ircc: of four workbooks one is by citizenship
    "ircc/EN_ODP-TR-Work-HC_citizenship_sign.xlsx": Use("ircc_permits", "humanitarian", "all"),
    "ircc/EN_ODP-TR-Study-IS_PT_study_level_sign.xlsx": Use(
        "ircc_permits", "humanitarian", "all", gives="refused", says="no citizenship in it"
    ),
    "ircc/EN_ODP_annual-TR-work-IMP_PT_program_year_end.xlsx": Use(
        "ircc_permits", "humanitarian", "all", gives="refused", says="no citizenship in it"
    ),
    "ircc/EN_ODP_annual-TR-work-TFW_PT_program_year_end.xlsx": Use(
        "ircc_permits", "humanitarian", "all", gives="refused", says="no citizenship in it"
    ),
    # japan_estat: the first ten cells of another table
    "japan_estat/getStatsData_0000020202.json": Use(
        "japan_estat", "exports_chips", "2026-01", gives="refused", says="the publisher tells of 403,227"
    ),
    # jsonstat: the shared reader's shape
    "jsonstat/eurostat_gdp_geo_IT_jsonstat1.json": Read(JSON_STAT, "domestic product of Italy a head"),
    "jsonstat/galicia_jsonstat2.json": Read(JSON_STAT, "population of Galicia, a sample of the format's own site"),
    # norway_ssb: another table (production index), in the older JSON-stat 1; the table asked gives JSON-stat 2
    "norway_ssb/dataset_29843_jsonstat1.json": Use("norway_ssb", "world", "2022", gives="refused", says="dimensions"),
    # oecd
    "oecd/data_DSD_MIG_B15_excerpt.csv": Use("oecd_migration", "stocks", "2016"),
    "oecd/data_RHPI_GBR_Q_csv_dataonly.csv": Read(SDMX_CSV, "house prices in the United Kingdom"),
    # sdmx_csv: the publisher of two flows that are asked, in its wire format
    "sdmx_csv/BIS_WEBSTATS_DER_sdmxcsv_1.0.csv": Read(SDMX_CSV, "derivatives of all countries together"),
    # sdmx_ml: other flows, refusals, and messages of structure
    "sdmx_ml/BIS_actualconstraint.xml": Left(STRUCTURE),
    "sdmx_ml/BIS_categoryscheme_reduced.xml": Left(STRUCTURE),
    "sdmx_ml/IMF_STA_availableconstraint_CPI.xml": Left(STRUCTURE),
    "sdmx_ml/OECD_actualconstraint.xml": Left(STRUCTURE),
    "sdmx_ml/ECB_EXR_M.USD.EUR.SP00.A.xml": Use(
        "imf_imts", "goods", "2023|CAN", gives="refused", says="generic SDMX-ML"
    ),
    "sdmx_ml/WB_WITS_generic_2.1.xml": Use("imf_imts", "goods", "2023|CAN", gives="refused", says="generic SDMX-ML"),
    "sdmx_ml/IMF_PCPS_structure_specific_2.1.xml": Use(
        "imf_imts", "goods", "2023|CAN", gives="refused", says="does not say which flow"
    ),
    "sdmx_ml/IMF_RES_WEO_data_2.1.xml": Use(
        "imf_imts", "goods", "2023|CAN", gives="refused", says="the structure has changed"
    ),
    "sdmx_ml/error_150_bad_parameter.xml": Use(
        "imf_imts", "goods", "2023|CAN", gives="refused", says="error 150: Unable to parse", status=400
    ),
    "sdmx_ml/ESTAT_footer_413_too_large.xml": Use(
        "eurostat_comext", "goods", "2023-05", gives="refused", says="notice 413", content_type="application/xml"
    ),
    "sdmx_ml/ESTAT_footer2.xml": Use(
        "eurostat_comext", "goods", "2023-05", gives="refused", says="notice 413", content_type="application/xml"
    ),
    "sdmx_ml/ESTAT_footer2.zip": Left("the file that such a notice promises, of national accounts"),
    # singstat: the texts of these two are documented, not recorded
    "singstat/no_records_found_200.json": Use("singstat_trade", "markets", "2024-01", gives="empty", says="no records"),
    "singstat/error_400_missing_searchoption.json": Use(
        "singstat_trade", "markets", "2024-01", gives="refused", says="SearchOption field is required", status=400
    ),
    # statcan: another table, its description, and lists of changed tables
    "statcan/18100204-eng.zip": Read(
        "compact_pipelines.datasets.capital_flows.statcan_fdi:parse_table", "another table, of price indexes"
    ),
    "statcan/18100204_cube_metadata_object.json": Left(STRUCTURE),
    "statcan/wds_changed_cube_list.json": Read(
        "compact_pipelines.datasets.capital_flows.statcan_fdi:changed_tables", "which tables changed on a day"
    ),
    "statcan/wds_changed_cube_list_empty.json": Left("the same list on a day without a release"),
    "statcan/wds_cpi_lfs_vectors.json": Left("single series of prices and labour; whole tables are asked for"),
    # top500
    "top500/TOP500_202106.xlsx": Use("top500_counts", "list", "2021-06"),
    # us_lca: headers without rows; the columns that are read are found in that of 2021
    "us_lca/LCA_FY2021_header_documented.csv": Left("a header of 96 columns and no rows"),
    "us_lca/PERM_FY2016Q2_header_row.csv": Left("a header and no rows, of a file that is not asked for, see us_perm"),
    # worldbank
    "worldbank/v2_SM.POP.TOTL_France_excerpt.json": Use("worldbank_migrant_stock", "stock", "all"),
    "worldbank/v2_country_ZZ_error_http200.json": Use(
        "worldbank_migrant_stock", "stock", "all", gives="refused", says="value is not valid"
    ),
    "worldbank/v2_country_CO.json": Use(
        "worldbank_migrant_stock", "stock", "all", gives="refused", says="a row without"
    ),
    "worldbank/v2_country_EUU_aggregate.json": Use(
        "worldbank_migrant_stock", "stock", "all", gives="refused", says="a row without"
    ),
    "worldbank/v1_countries_2016_excerpt.json": Use(
        "worldbank_migrant_stock", "stock", "all", gives="refused", says="a row without"
    ),
}
