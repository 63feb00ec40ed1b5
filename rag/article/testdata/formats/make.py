"""Makes the test files of this folder with the programs that people use.

Needs: pip install python-docx openpyxl python-pptx reportlab ebooklib nbformat,
LibreOffice (writer, calc, impress), Chromium, a Chinese font. Run it in this folder.
"""
import pathlib, shutil, subprocess, tempfile

TITLE = "东江大桥"
TEXT = "东江大桥今天正式通车，全长1860米，双向六车道。"
MORE = "桥面宽三十米，设计时速为八十公里。"
ROWS = [["品名", "单价（元）", "产地"], ["雪梨", 12, "东乡"], ["苹果", 9.5, "西乡"]]


def docx():
    import docx
    from docx.shared import Pt
    d = docx.Document()
    d.core_properties.title, d.core_properties.author = TITLE, "王二"
    d.add_heading(TITLE, 0)
    d.add_paragraph(TEXT)
    d.add_heading("价目", 1)
    d.add_paragraph("集市上有以下水果：")
    d.add_paragraph("雪梨", style="List Bullet")
    d.add_paragraph("苹果", style="List Bullet")
    t = d.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, value in zip(t.add_row().cells, row):
            cell.text = str(value)
    last = t.add_row().cells
    last[0].merge(last[1]).text = "产地共计"
    last[2].text = "两处"
    hidden = d.add_paragraph().add_run("票价是九十元整。")
    hidden.font.hidden = True
    d.add_heading("养护", 1)
    d.add_paragraph(MORE)
    d.sections[0].header.paragraphs[0].text = "内部资料"
    d.save("python-docx.docx")


def contract():
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    d = docx.Document()
    d.add_heading("东江大桥养护合同", 0)
    d.add_paragraph("养护每年检修两次，由乙方负责。")
    t = d.add_table(rows=0, cols=2)
    for n, row in enumerate([["事项", "负责人"], ["桥面清扫", "王二"], ["护栏油漆", "李三"]]):
        for cell, value in zip(t.add_row().cells, row):
            cell.paragraphs[0].add_run(value).bold = n == 0
    section = d.sections[0]
    section.different_first_page_header_footer = True
    for header in (section.header, section.first_page_header):
        header.paragraphs[0].text = "合同编号：DQ-2024-018"
        header.add_paragraph("青山桥梁公司")
    page = section.footer.paragraphs[0]
    page.add_run("第 ")
    page._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    page.add_run(" 页")
    d.save("python-docx-contract.docx")


def xlsx():
    import datetime, openpyxl
    b = openpyxl.Workbook()
    s = b.active
    s.title = "价目"
    s.append(["水果价目表"])
    s.merge_cells("A1:C1")
    for row in ROWS:
        s.append(row)
    s.append(["合计", "=SUM(B3:B4)", None])
    e = b.create_sheet("日程")
    for row in [["事项", "日期", "完成"], ["开工", datetime.date(2024, 3, 2), 0.25]]:
        e.append(row)
    e["B2"].number_format, e["C2"].number_format = "yyyy-mm-dd", "0%"
    h = b.create_sheet("底稿")
    h.append(["票价是九十元整"])
    h.sheet_state = "hidden"
    b.save("openpyxl.xlsx")


def pptx():
    import pptx
    p = pptx.Presentation()
    s = p.slides.add_slide(p.slide_layouts[1])
    s.shapes.title.text = TITLE
    s.placeholders[1].text = TEXT
    s.notes_slide.notes_text_frame.text = MORE
    s = p.slides.add_slide(p.slide_layouts[5])
    s.shapes.title.text = "价目"
    t = s.shapes.add_table(3, 3, 0, 2000000, 8000000, 2000000).table
    for y, row in enumerate(ROWS):
        for x, value in enumerate(row):
            t.cell(y, x).text = str(value)
    p.save("python-pptx.pptx")


def pdf():
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    c = canvas.Canvas("reportlab.pdf", pageCompression=1)
    c.setTitle(TITLE)
    for n, text in enumerate([TEXT, MORE, "第三页说的是养护：每年检修两次。"], 1):
        c.setFont("STSong-Light", 9)
        c.drawString(250, 810, "青山县建设年报")
        c.drawString(290, 30, str(n))
        c.setFont("STSong-Light", 12)
        half = len(text) // 2
        c.drawString(72, 700, text[:half])
        c.drawString(72, 684, text[half:])
        c.showPage()
    c.save()
    c = canvas.Canvas("locked.pdf", encrypt="geheim")
    c.drawString(72, 700, "The bridge is 1860 m long.")
    c.save()
    c = canvas.Canvas("scan.pdf")
    c.rect(72, 600, 200, 100, fill=1)
    c.save()


def scan():
    from PIL import Image, ImageDraw, ImageFont
    face = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
    body, head = ImageFont.truetype(face, 34, index=2), ImageFont.truetype(face, 52, index=2)
    pages = [("青石镇二〇二四年工作简报", ["2024年，青石镇全年接待游客186万人次，比上年增长12.5%，旅游收入达到3.47亿元。镇上新建步道28公里，修复古桥7座。", "全镇现有民宿342家，其中去年新开59家。民宿从业者1260人，人均年收入6.8万元。"]),
             ("下一年的安排", ["2025年计划投入4200万元，用于改造老街3条，新增停车位850个。工程预计于9月15日完工。", "咨询电话：023-6712-8890。"])]
    images = []
    for title, paragraphs in pages:
        image = Image.new("L", (1654, 2339), 255)
        d, y = ImageDraw.Draw(image), 340
        d.text((827 - 26 * len(title), 200), title, font=head, fill=0)
        for p in ["　　" + p for p in paragraphs]:
            for line in [p[i:i + 38] for i in range(0, len(p), 38)]:
                d.text((180, y), line, font=body, fill=0)
                y += 62
            y += 20
        image = image.rotate(0.4, fillcolor=255, resample=Image.BICUBIC)  # a page is never laid straight
        images.append(image.point(lambda v: 255 if v > 140 else 0).convert("1"))
    images[0].save("pillow.pdf", save_all=True, append_images=images[1:], resolution=200)


def epub():
    from ebooklib import epub as e
    b = e.EpubBook()
    b.set_identifier("bridge-1"); b.set_title(TITLE); b.set_language("zh"); b.add_author("王二")
    chapters = []
    for n, (title, text) in enumerate([("通车", TEXT), ("养护", MORE)], 1):
        c = e.EpubHtml(title=title, file_name=f"c{n}.xhtml", lang="zh")
        c.content = f"<html><body><h1>{title}</h1><p>{text}</p></body></html>"
        b.add_item(c); chapters.append(c)
    b.toc, b.spine = chapters, ["nav", *chapters]
    b.add_item(e.EpubNcx()); b.add_item(e.EpubNav())
    e.write_epub("ebooklib.epub", b)


def mail():
    from email.message import EmailMessage
    from email.policy import SMTP
    m = EmailMessage(policy=SMTP)
    m["Subject"], m["From"], m["To"] = TITLE, "王二 <wang@example.org>", "li@example.org"
    m["Date"], m["Message-ID"] = "Sat, 02 Mar 2024 08:00:00 +0800", "<bridge-1@example.org>"
    m.set_content(TEXT + "\n\n" + MORE + "\n", charset="gb18030", cte="base64")
    m.add_alternative(f"<html><body><p>{TEXT}</p><p>{MORE}</p></body></html>", subtype="html")
    m.add_attachment("品名,单价\n雪梨,12元\n".encode(), maintype="text", subtype="csv", filename="价目.csv")
    m.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="photo.png")
    pathlib.Path("python.eml").write_bytes(m.as_bytes())


def notebook():
    import nbformat.v4 as v
    n = v.new_notebook(cells=[v.new_markdown_cell(f"# {TITLE}\n\n{TEXT}"), v.new_code_cell("workers = 4\nprint(workers)", outputs=[v.new_output("stream", text="4\n")])])
    import nbformat
    nbformat.write(n, "nbformat.ipynb")


def office(source, to):
    """Converts with LibreOffice into libreoffice.<to>."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["soffice", "--headless", "--convert-to", to, "--outdir", out, source], check=True, capture_output=True)
        made = next(pathlib.Path(out).iterdir())
        shutil.move(made, f"libreoffice.{to}")


def chromium():
    page = f"<meta charset=utf-8><title>{TITLE}</title><h1>{TITLE}</h1><p>{TEXT}</p><p>{MORE}</p>"
    with tempfile.TemporaryDirectory() as out:
        source = pathlib.Path(out) / "page.html"
        source.write_text(page, encoding="utf-8")
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}/page.pdf", "--no-pdf-header-footer", str(source)], check=True, capture_output=True)
        shutil.move(pathlib.Path(out) / "page.pdf", "chromium.pdf")


def platypus():
    """A table over several pages, with its headers on each."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    text = ParagraphStyle("text", fontName="STSong-Light", fontSize=10, leading=15, wordWrap="CJK")
    head = ParagraphStyle("head", parent=text, fontSize=16, leading=24)
    fruit = "雪梨 苹果 香蕉 柚子 红枣 核桃 山楂 柿饼 石榴 枇杷 杨梅 荔枝 龙眼 芒果 木瓜 菠萝 草莓 樱桃 蓝莓 桑葚 李子 杏子 桃子 西瓜 甜瓜 葡萄 猕猴桃 火龙果 百香果 椰子"
    rows = [["品名", "单价（元）", "库存"]] + [[f, str(9 + i), f"{20 + 2 * i}箱"] for i, f in enumerate(fruit.split())]
    table = Table(rows, repeatRows=1, style=[("FONT", (0, 0), (-1, -1), "STSong-Light", 10), ("GRID", (0, 0), (-1, -1), .5, colors.black)])
    SimpleDocTemplate("platypus.pdf", pagesize=A5).build([Paragraph("水果批发价目", head), Paragraph("以下价格自6月1日起执行，每箱十斤，送货另计运费。", text), table, Paragraph("如需开票，请提前一天告知。", text)])


def calc():
    """Sheets with headers over headers and with days, printed by LibreOffice."""
    import datetime, openpyxl
    book = openpyxl.Workbook()
    water = book.active
    water.title = "二季度"
    for row in (["桐花街道二季度用水统计"], ["小区", "用水量（吨）", None, "水费（元）"], [None, "去年", "今年", "去年", "今年"], ["梧桐苑", 820, 790, 2460, 2370],
                ["丹枫里", 640, 655, 1920, 1965], ["合计", "=SUM(B4:B5)", "=SUM(C4:C5)", "=SUM(D4:D5)", "=SUM(E4:E5)"], ["注：水价每吨3元。"]):
        water.append(row)
    for cells in ("A1:E1", "B2:C2", "D2:E2", "A2:A3"):
        water.merge_cells(cells)
    duty = book.create_sheet("值班")
    for row in (["日期", "值班人", "完成率"], [datetime.date(2025, 6, 2), "石小满", 0.875], [datetime.date(2025, 6, 3), "方知夏", 1]):
        duty.append(row)
    for row in (2, 3):
        duty.cell(row, 1).number_format, duty.cell(row, 3).number_format = 'm"月"d"日"', "0.0%"
    with tempfile.TemporaryDirectory() as out:
        book.save(f"{out}/calc.xlsx")
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", out, f"{out}/calc.xlsx"], check=True, capture_output=True)
        shutil.move(f"{out}/calc.pdf", "calc.pdf")


if __name__ == "__main__":
    for make in (docx, contract, xlsx, pptx, pdf, scan, epub, mail, notebook, platypus, calc):
        make()
    office("python-docx.docx", "pdf")
    office("python-docx.docx", "docx")
    office("openpyxl.xlsx", "xlsx")
    office("python-pptx.pptx", "pptx")
    chromium()
