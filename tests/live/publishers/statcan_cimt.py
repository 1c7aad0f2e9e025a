"""Statistics Canada, a year's zip of one flow. Figures are made up, in columns that authors of clients give."""

from tests.live.made_up_files import zipped
from tests.live.publishers import PublisherAnswers

MONTH, PARTNER, VALUE = "YearMonth/AnnéeMois", "Country/Pays", "Value/Valeur"
IMPORTS_BY_CHAPTER = f"{MONTH},HS2,{PARTNER},Province,State/État,{VALUE}\n"
IMPORTS = f"{MONTH},HS6,{PARTNER},Province,State/État,{VALUE},Quantity/Quantité,Unit of Measure/Unité de Mesure\n"
EXPORTS_BY_CHAPTER = f"{MONTH},HS2,{PARTNER},State/État,{VALUE}\n"
EXPORTS = f"{MONTH},HS6,{PARTNER},State/État,{VALUE},Quantity/Quantité,Unit of Measure/Unité de Mesure\n"


def imports(chapters: str, goods: str, header: str = IMPORTS) -> bytes:
    """A zip of imports: in the running year it holds a table for each month published so far."""
    return zipped(
        {
            "CIMT/ODPFN022_202206N.csv": IMPORTS_BY_CHAPTER + "202201,01,US,ON,,999999\n",
            "CIMT/ODPFN022_202212N.csv": IMPORTS_BY_CHAPTER + chapters,
            "CIMT/ODPFN015_202212N.csv": header + goods,
            "CIMT/ODPF_6_CtyDesc.TXT": "US 9 196601 999912 United States",
        }
    )


def exports(chapters: str, goods: str) -> bytes:
    """A zip of exports; there is no province in it."""
    return zipped({"ODPFN021_202212N.csv": EXPORTS_BY_CHAPTER + chapters, "ODPFN019_202212N.csv": EXPORTS + goods})


CHAPTERS = (
    "202201,84,US,ON,CA,700\n202201,84,US,QC,TX,300\n202201,1,US,ON,CA,50\n202202,85,AE,ON,,0\n202201,98,CA,ON,,5\n"
)
GOODS = "202201,847150,US,ON,CA,600,2,NMB\n202201,847150,US,QC,TX,200,1,NMB\n202201,10121,US,ON,CA,50,1,NMB\n"
SOLD = "202201,84,US,CA,900\n202201,85,MX,,100\n"
GOODS_SOLD = "202201,847150,US,CA,400,4,NMB\n"

ANSWERS = PublisherAnswers(
    source_id="statcan_cimt",
    partition="2022",
    normal={"imports": imports(CHAPTERS, GOODS), "exports": exports(SOLD, GOODS_SOLD)},
    empty=(404, b"<html><body>Page not found</body></html>"),
    refused=(200, {}, b"<html><body>Service unavailable</body></html>"),
    drifted={"imports": imports(CHAPTERS, GOODS, IMPORTS.replace(VALUE, "Amount/Montant"))},
    content_type="application/zip",
    empty_content_type="text/html",
    refused_content_type="text/html",
)
