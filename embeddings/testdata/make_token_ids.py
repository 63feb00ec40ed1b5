"""Write token_ids.jsonl: what the Hugging Face tokenizers package makes of
mixed strings, to hold the Go tokenizer to.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python make_token_ids.py TOKENIZER_JSON > token_ids.jsonl

Each line has the text, the ids that tokenizer.json gives to the letter ("ids")
and the ids after lower-casing as transformers does it for this model
("lower"), both between [CLS] and [SEP] and cut off at 512.
"""

import json
import random
import sys
import unicodedata

from tokenizers import Tokenizer, normalizers

LIMIT = 512

HAND = [
    "", " ", "   ", "\t\n\r", "\u3000", "\u00a0", "\x00", "\ufffd", "\x00\x01\x02", "\u200b", "\ufeff",
    "你", "你好", "你好，世界！", "知问", "什么时候？", "龘靐齉", "犇猋骉", "㐀㐁", "𠀀𠀁", "𪜀", "𫝀好", "𫠠", "𬺰", "\uf900", "\U0002f800",
    "a", "A", "Z", "ab", "AB", "hello world", "Hello, World!", "HELLO", "unbelievable", "internationalization",
    "5G", "AI", "5G和AI", "R&D", "C++", "C#", "iPhone 15 Pro Max", "GPT-4o", "H5N1", "COVID-19", "e-mail", "No.1",
    "0", "7", "42", "2021", "2021年", "2021年8月23日", "1,234,567.89", "3.14%", "98.6％", "-5", "+86-10-5555", "10:30", "1/2", "½", "²", "①②③", "Ⅷ",
    "０１２３４５６７８９", "ＡＢＣａｂｃ", "１００％", "（全角）", "［方括号］", "～", "￥100", "＄", "＃标签＃", "！？；：",
    "签约92个项目", "总投资1234.5亿元", "同比增长12.3%", "610余家企业", "超5000家", "60多家", "第三十届", "二〇二一年", "〇", "廿", "万亿",
    "😀", "😀😁", "👨‍👩‍👧‍👦", "🇨🇳", "好👍🏽的", "☺️", "♥", "★", "→", "↑3%", "℃", "㎡", "㈱", "™", "®", "©", "№", "µm", "Ω", "…", "——", "·", "•", "“引号”", "‘单’", "「日本」", "『書』", "【新闻】", "〔2021〕", "《条例》", "〈附〉",
    "café", "CAFÉ", "naïve", "Ångström", "Łódź", "İstanbul", "ıI", "straße", "STRASSE", "ﬁnance", "Ǆ", "ǅ", "e\u0301", "E\u0301a\u0300", "a\u0323\u0307", "ñandú", "Ærøskøbing", "Þór", "Đà Nẵng", "Ďábel",
    "Привет мир", "ПРИВЕТ", "йод", "Ёлка", "Γειά σου", "ΣΊΣΥΦΟΣ", "שלום", "مرحبا", "مُحَمَّد", "नमस्ते", "ไทย", "ภาษาไทย", "한국어", "서울 2021", "ひらがな", "カタカナ", "ガギグ", "ｶﾞｷﾞ", "日本語とEnglish", "ქართული", "ᏣᎳᎩ", "ꭰ",
    "a\u00adb", "a\u200bb", "a\u200db", "a\ufeffb", "a\u0000b", "a\u0007b", "a\u0085b", "a\u2028b", "a\u2029b", "a\u00a0b", "a\u3000b", "a\u2003b", "a\u202eb", "a\ue000b", "a\ufffeb", "a\U000e0001b", "a\ufffdb", "a\tb\nc\r\nd",
    "[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]", "[cls]", "[CLS", "CLS]", "[[CLS]]", "你[MASK]好", "[CLS][SEP]", " [MASK] ", "a[MASK]b", "[ MASK ]", "<S>", "<T>", "##a", "##", "a##b", "#", "###标题", "**粗体**", "[链接](http://example.com/a?b=c&d=e#f)", "<p>段落</p>", "&nbsp;", "user@example.com", "/usr/local/bin", "C:\\Windows", "x_y_z", "{\"k\": [1, 2]}", "a|b", "`code`", "~~", "^", "$x^2$",
    "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "1" * 100, "1" * 101, "９" * 101, "あ" * 100, "あ" * 101, "中" * 101,
    "中" * 509, "中" * 510, "中" * 511, "中" * 600, "中 " * 700, "a " * 509, "a " * 510, "a " * 511, "a" * 100 + " " + "b" * 3000, "word" * 24 + " " + "，" * 600,
    "中" * 508 + "internationalization", "中" * 509 + "internationalization", "中" * 509 + "[MASK]", "中" * 510 + "[MASK]", "中" * 509 + "５６７８", " " * 3000 + "你好", "\u200b" * 3000 + "你好", "。" * 520,
]

WORDS = (
    "智能 产业 博览会 重庆 数字经济 大数据 签约 项目 投资 亿元 万家 年 月 日 第 届 的 了 在 和 与 同比 增长 下降 企业 政府 发布 会议 开幕 论坛 "
    "2021 2025 92 1,000 3.5% 5G AI App IoT BYD NEV GDP CEO Tesla iOS Python café Zürich São résumé ０７ ＩＴ ％ １２ "
    "， 。 ！ ？ ； ： 、 “ ” （ ） 《 》 — … · . , ! ? - / & % # @ ( ) "
    "😀 🚗 ☀️ ① Ⅳ ㎞ ℃ 〇 龘 𠮷 ガ か 한 글 й Ё ﬀ \u200b \u00ad \u0301 \x01 \u3000 \t \n [MASK] [SEP] ## ##a"
).split(" ")

# Blocks to draw single characters from, with what they test.
BLOCKS = [
    (0x00, 0x7F), (0x80, 0xFF), (0x100, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F),
    (0xE00, 0xE7F), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x27BF),
    (0x2E80, 0x303F), (0x3040, 0x31FF), (0x3200, 0x33FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
    (0xFE10, 0xFFEF), (0x1F000, 0x1FAFF), (0x20000, 0x2CEAF), (0x2F800, 0x2FA1F),
]


def assigned(c):
    """Characters that Unicode 8 knew: later ones are classed differently by
    libraries of different age, which says nothing about the tokenizer."""
    try:
        unicodedata.ucd_3_2_0.name(c)
        return True
    except ValueError:
        return unicodedata.category(c) in ("Cc", "Co") or 0x4E00 <= ord(c) <= 0x9FA5


def texts():
    yield from HAND
    rng = random.Random(20210823)
    for size in [3, 8, 20, 60] * 25:
        sep = rng.choice(["", "", " "])
        yield sep.join(rng.choice(WORDS) for _ in range(size))
    for low, high in BLOCKS:
        for _ in range(4):
            chars = (chr(rng.randint(low, high)) for _ in range(60))
            yield "".join(c for c in chars if assigned(c))[:24]
    for size in [300, 700, 900]:
        for _ in range(3):
            yield "".join(rng.choice(WORDS) for _ in range(size))


def main():
    exact = Tokenizer.from_file(sys.argv[1])
    lower = Tokenizer.from_file(sys.argv[1])
    lower.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True
    )
    for t in (exact, lower):
        t.enable_truncation(LIMIT)
    seen = set()
    for text in texts():
        if text in seen:
            continue
        seen.add(text)
        row = {"text": text, "ids": exact.encode(text).ids, "lower": lower.encode(text).ids}
        print(json.dumps(row, ensure_ascii=True, separators=(",", ":")))


main()
