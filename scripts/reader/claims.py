"""Training examples for grounding: (claim, title, evidence, held, kind).

Chinese question words stand in place, so a question with its answer put in their place is a true claim
in somebody else's words. False ones come by damage of one thing at a time, out of words that the evidence
itself holds where that is possible. The source's own sentences are used too, true and damaged in the same
ways, so that copying proves nothing."""

import collections
import re

import wordings
from passages import Likeness, sentences, window, without

# ---- questions into statements -------------------------------------------------------------------------

_NOUN = (
    "人物|人士|人|国家|国|城市|地区|地方|省份|省|市|区|县|州|学校|大学|学院|公司|企业|机构|组织|年代|年份|年|月份|月|日期|日|天|时期|时候|时间|时|朝代|代|"
    "球队|俱乐部|语言|语|民族|族|学科|专业|职位|职务|职|奖项|奖|作品|电影|歌曲|专辑|书籍|书|小说|位置|地点|因素|方面|部分|事件|活动|材料|食物|动物|植物|"
    "药物|疾病|病|技术|系统|线路|线|车站|站|机场|河流|岛屿|岛|山脉|山|军队|部门|政党|党|宗教|教|神|皇帝|国王|物种|科|属|目|类型|类|种类|种|制度|政策|战役|战争|"
    "名字|名称|称号|头衔|颜色|形状|作用|用途|特点|内容|目的|方式|方法|身份|关系|条约|协议|法律|理论|概念|东西|物质|元素|单位|标准|项目|运动|节日|角色|乐器|武器|建筑|计划|阶段|级别|方向|州份"
)
_MEASURE = "个|位|名|家|座|所|种|类|项|部|支|条|款|件|本|场|届|次|门|颗|只|些|级|派|首|篇|艘|架|枚|块|张|份"
_UNIT = (
    "平方公里|平方千米|平方米|公顷|亩|公里|千米|米|厘米|公斤|千克|吨|克|分钟|小时|秒|年|个月|月|天|周|岁|"
    "人次|人|名|位|家|座|所|个|次|元|美元|英镑|欧元|万|亿|种|条|部|集|场|届|间|层|辆|架|艘|户|倍|度|枚|块|项|本|张|分|票|%"
)
_WH = re.compile(
    "|".join(
        [
            rf"(?P<which>是?哪(?:[一两二三四五六七八九十几])?(?:{_MEASURE})?(?:{_NOUN})?(?:里|儿)?)",
            rf"(?P<what>什么样的(?:{_NOUN})|什么(?:{_NOUN})?|何(?:{_NOUN}|处|地|人|种|物|国|因))",
            r"(?P<who>谁)",
            rf"(?P<many>多少(?:{_UNIT})?|几(?:{_UNIT}))",
            r"(?P<far>多(?:长|高|大|远|深|久|重|宽|快)(?:时间)?)",
        ]
    )
)
_OPEN = re.compile(r"为什么|为何|怎么|如何|怎样|什么意思|是否|吗|哪些|what|who|when|which", re.I)
_FIGURE = re.compile(r"[\d,.，〇零一二三四五六七八九十百千万亿两余多约近超]+")


def statement(question, answer):
    """The question with the answer in place of its question word, None where that does not make a sentence."""
    q = question.strip().rstrip("？?。.！! ")
    q = re.sub(r"^(?:请问|那么|你知道|文中提及|根据文章)[，,]?", "", q)
    q = re.sub(r"[呢啊呀]$", "", q)
    if _OPEN.search(q) or len(answer) > 60:
        return None
    found = list(_WH.finditer(q))
    if len(found) != 1:
        return None
    m = found[0]
    word, before, after = m.group(), q[: m.start()], q[m.end() :]
    if word.startswith("是"):
        before += "是"
    if m.lastgroup == "many" and _FIGURE.fullmatch(answer):
        answer += re.sub("^(?:多少|几)", "", word)
    if not before and re.match(r"的|是", after) and m.lastgroup in ("which", "what") and len(word) > 2:
        return None
    out = before + answer + after
    return out if 6 <= len(out) <= 120 else None


def asked(question):
    """What kind of thing a question asks for, coarse: two questions of a kind may take each other's answers."""
    m = _WH.search(question)
    if not m:
        return ""
    word = m.group()
    for kind, pattern in (("time", "时|年|月|日|代"), ("place", "里|儿|地|国|市|省|处|县|区"), ("person", "谁|人")):
        if re.search(pattern, word):
            return kind
    return m.lastgroup


# ---- rewording: the claim stays true --------------------------------------------------------------------

_SAME = [(a, [b for b in g if b != a]) for g in wordings.groups(wordings.SAME) for a in g if len(a) > 1]
_OPENINGS = wordings.openings()
_TITLES = re.compile(r"^(?:但|而|并且|因此|所以|其中|此外|同时|另外)[，,]?")


def reword(claim, rnd, most=3):
    """The claim with up to `most` words put otherwise."""
    options = [(a, bs) for a, bs in _SAME if a in claim]
    rnd.shuffle(options)
    for a, bs in options[: rnd.randint(1, most)]:
        claim = claim.replace(a, rnd.choice(bs), 1)
    return claim


def reform_figures(claim, rnd):
    """Figures in another spelling of the same value."""

    def other(m):
        text = m.group()
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+", text):
            return text.replace(",", "")
        if re.fullmatch(r"\d{5,9}", text) and text.endswith("0000"):
            return text[:-4] + "万"
        if re.fullmatch(r"\d{4,9}", text) and not 1000 <= int(text) <= 2100:
            return f"{int(text):,}"
        return text

    return re.sub(r"\d[\d,]*", other, claim)


def own_words(text, rnd):
    """A sentence or two of the evidence, whole or with clauses left out, joined as summaries do."""
    cut = [text[a:b].strip() for a, b in sentences(text)]
    cut = [c for c in cut if 8 <= len(c) <= 110]
    if not cut:
        return None
    first = rnd.randrange(len(cut))
    chosen = [cut[first]]
    if rnd.random() < 0.25 and first + 1 < len(cut):
        chosen.append(cut[first + 1])
    out = []
    for c in chosen:
        parts = re.split(r"[，,]", c.rstrip("。！？!?；;"))
        if len(parts) > 2 and rnd.random() < 0.6:
            del parts[rnd.randrange(1, len(parts))]
        out.append("，".join(parts))
    return _TITLES.sub("", rnd.choice(("；", "，")).join(out))


# ---- damage: one thing is no longer what the source says ------------------------------------------------

_OPPOSITE = [p for g in wordings.groups(wordings.OPPOSITE) for p in ((g[0], g[1]), (g[1], g[0]))]
_DEGREE = [(a, [b for b in g if b != a]) for g in wordings.groups(wordings.DEGREE) for a in g[:1]]
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*|[〇零一二三四五六七八九十百千]{2,}|[两三四五六七八九十](?=[个位名家座种次年天岁])")
_NEGATED = re.compile(r"并?没有|并?未能?|并?不(?=[能会是可得再存属参支同认])|从未|无法")
_MODAL = re.compile(r"将会|将|计划|拟|有望|可能|预计|打算|即将|力争|争取")
_SPEECH = re.compile(r"(表示|认为|指出|称|说|介绍|宣布|强调|透露)")


def replaced(text, old, new, rnd):
    places = [m.start() for m in re.finditer(re.escape(old), text)]
    at = rnd.choice(places)
    return text[:at] + new + text[at + len(old) :]


def other_number(claim, evidence, rnd):
    found = list(_NUMBER.finditer(claim))
    if not found:
        return None
    m = rnd.choice(found)
    others = [x.group() for x in _NUMBER.finditer(evidence) if x.group() not in claim and abs(len(x.group()) - len(m.group())) <= 2]
    if others and rnd.random() < 0.6:
        new = rnd.choice(others)
    else:
        digits = [i for i, c in enumerate(m.group()) if c.isdigit()]
        if not digits:
            return None
        at = rnd.choice(digits)
        new = m.group()[:at] + rnd.choice([d for d in "123456789" if d != m.group()[at]]) + m.group()[at + 1 :]
    return claim[: m.start()] + new + claim[m.end() :]


def opposite(claim, evidence, rnd):
    options = [(a, b) for a, b in _OPPOSITE if a in claim]
    if not options:
        return None
    a, b = rnd.choice(options)
    return replaced(claim, a, b, rnd)


def degree(claim, evidence, rnd):
    options = [(a, bs) for a, bs in _DEGREE if a in claim]
    if not options:
        return None
    a, bs = rnd.choice(options)
    return replaced(claim, a, rnd.choice(bs), rnd)


def verbs(tagged):
    return [w for w, t in tagged if t in ("v", "vd", "vn") and len(w) > 1]


def negation(claim, evidence, rnd, tagged):
    found = list(_NEGATED.finditer(claim))
    if found and rnd.random() < 0.7:
        m = rnd.choice(found)
        return claim[: m.start()] + claim[m.end() :]
    options = [w for w in verbs(tagged) if claim.count(w) == 1] + [w for w in ("是", "有", "能", "会") if claim.count(w) == 1]
    if not options:
        return None
    w = rnd.choice(options)
    if w == "有":
        return claim.replace(w, "没有")
    return claim.replace(w, rnd.choice(wordings.NOT[:2] if w in "是能会" else wordings.NOT) + w)


def modality(claim, evidence, rnd, tagged):
    found = list(_MODAL.finditer(claim))
    if found:
        m = rnd.choice(found)
        return claim[: m.start()] + rnd.choice(("已经", "已", "")) + claim[m.end() :]
    if "已经" in claim or "已" in claim:
        return claim.replace("已经" if "已经" in claim else "已", rnd.choice(wordings.FUTURE), 1)
    options = [w for w in verbs(tagged) if claim.count(w) == 1]
    return claim.replace(w, rnd.choice(wordings.FUTURE) + w) if options and (w := rnd.choice(options)) else None


_NAMES = ("PER", "LOC", "ORG", "nr", "ns", "nt", "nz", "nw")
_KIND = {"nr": "PER", "ns": "LOC", "nt": "ORG", "nz": "nz", "nw": "nz"}


def names(tagged):
    """The names in a text with their kinds, without those inside longer ones."""
    found = list(dict.fromkeys((w, _KIND.get(t, t)) for w, t in tagged if t in _NAMES and len(w) > 1))
    return [(w, t) for w, t in found if not any(w != o and w in o for o, _ in found)]


def swapped(claim, evidence, rnd, tagged):
    """Two names, or two nouns around a verb, change places."""
    found = [w for w, _ in names(tagged) if claim.count(w) == 1]
    if len(found) < 2 or rnd.random() < 0.15:
        found = [w for w, t in tagged if t in ("n", "PER", "LOC", "ORG", "nz") and len(w) > 1 and claim.count(w) == 1]
    found = [w for w in dict.fromkeys(found) if not any(w != o and w in o for o in found)]
    if len(found) < 2:
        return None
    a, b = rnd.sample(found, 2)
    return claim.replace(a, "\0").replace(b, a).replace("\0", b)


def another_name(claim, evidence, rnd, tagged, around):
    """A name gives way to another of its kind, best one that the evidence holds too."""
    options = [(w, t) for w, t in names(tagged) if w in claim]
    rnd.shuffle(options)
    for w, t in options:
        others = [o for o, k in around if k == t and o != w and o not in claim and w not in o and o not in w]
        near = [o for o in others if o in evidence]
        if near and rnd.random() < 0.75:
            return claim.replace(w, rnd.choice(near))
        if others:
            return claim.replace(w, rnd.choice(others))
    return None


def another_speaker(claim, evidence, rnd, tagged, around):
    m = _SPEECH.search(claim)
    people = [w for w, t in around if t in ("PER", "ORG") and w not in claim]
    mine = [w for w, t in names(tagged) if t in ("PER", "ORG")]
    if not m or not people or not mine or claim.find(mine[0]) > m.start():
        return None
    return claim.replace(mine[0], rnd.choice(people), 1)


def made_cause(evidence, rnd):
    """Two clauses of the evidence that stand side by side become cause and effect."""
    if re.search(r"因为|由于|导致|使得|所以|因此|因而|受.{1,8}影响|致使|造成", evidence):
        return None
    clauses = [c.strip() for c in re.split(r"[，,。；;！？\n]", evidence) if 6 <= len(c.strip()) <= 30]
    if len(clauses) < 3:
        return None
    a, b = rnd.sample(clauses, 2)
    return rnd.choice(wordings.CAUSES).format(a=a, b=b)


def added(claim, elsewhere, evidence, rnd):
    """Something is said on top that the evidence does not hold: a clause out of another passage."""
    clauses = [c.strip() for c in re.split(r"[，,。；;！？\n]", elsewhere) if 5 <= len(c.strip()) <= 22 and c.strip() not in evidence]
    if not clauses:
        return None
    extra = _TITLES.sub("", rnd.choice(clauses))
    parts = claim.split("，")
    parts.insert(rnd.randint(1, len(parts)), extra)
    return "，".join(parts)


# ---- all together ---------------------------------------------------------------------------------------


def examples(paragraphs, tag, rnd, most=2):
    """tag(text) gives [(word, part of speech or kind of name)]. At most `most` false claims for each true one."""
    out = []
    documents = collections.defaultdict(list)
    for p in paragraphs:
        documents[p.document].append(p)
    known = {d: names([x for p in ps for x in tag(p.text)]) for d, ps in documents.items()}
    stretches = [(p, a, b) for p in paragraphs for a, b in [window(p.text, (s, s + 1), 150, rnd) for s, _ in sentences(p.text)[::3]]]
    likeness = Likeness([p.title + p.text[a:b] for p, a, b in stretches])

    def put(claim, p, evidence, held, kind):
        claim = claim.strip("，, ")
        if not 4 <= len(claim) <= 130 or (not held and claim.rstrip("。") in evidence):
            return
        if rnd.random() < 0.08:
            claim = rnd.choice(_OPENINGS) + claim
        out.append((claim, p.title, evidence, int(held), kind))

    def damage(claim, p, evidence, kind):
        tagged, around = tag(claim), known[p.document]
        ways = [
            ("number", lambda: other_number(claim, evidence, rnd)),
            ("opposite", lambda: opposite(claim, evidence, rnd)),
            ("degree", lambda: degree(claim, evidence, rnd)),
            ("negation", lambda: negation(claim, evidence, rnd, tagged)),
            ("modality", lambda: modality(claim, evidence, rnd, tagged)),
            ("swapped", lambda: swapped(claim, evidence, rnd, tagged)),
            ("name", lambda: another_name(claim, evidence, rnd, tagged, around)),
            ("speaker", lambda: another_speaker(claim, evidence, rnd, tagged, around)),
            ("added", lambda: added(claim, rnd.choice(paragraphs).text, evidence, rnd)),
        ]
        # rarer damage first, so that each kind gets its share
        order = {"opposite": 0.5, "degree": 0.4, "speaker": 0.3}
        ways.sort(key=lambda w: rnd.random() * order.get(w[0], 1))
        made = 0
        for name, way in ways:
            bad = way()
            if bad and bad != claim and bad not in evidence:
                put(bad, p, evidence, False, kind + name)
                made += 1
            if made == most:
                return

    for p in paragraphs:
        for q in p.questions:
            if q.start < 0:
                continue
            a, b = window(p.text, (q.start, q.end), rnd.choice((60, 110, 170)), rnd)
            evidence = p.text[a:b]
            claim = statement(q.text, q.answers[0])
            if claim:
                c, d = window(p.text, (q.start, q.end), rnd.choice((40, 90, 140)), rnd)
                put(reword(claim, rnd, 4), p, p.text[c:d], True, "said")
                if rnd.random() < 0.4:
                    claim = reword(claim, rnd)
                put(reform_figures(claim, rnd), p, evidence, True, "said")
                wrong = [
                    o
                    for o in p.questions
                    if o.start >= 0 and asked(o.text) == asked(q.text)
                    and not any(x in y or y in x for x in o.answers for y in q.answers)
                ]
                bad = wrong and statement(q.text, rnd.choice(wrong).answers[0])
                if bad:
                    put(bad, p, evidence, False, "answer")
                damage(claim, p, evidence, "said-")
                # nothing of it is said where the sentence that says it is gone
                rest = without(p.text, a, b, q.start)
                if rnd.random() < 0.4 and len(rest) > 20 and not any(x in rest for x in q.answers):
                    put(claim, p, rest, False, "gone")
                if rnd.random() < 0.5:
                    far = [
                        stretches[i]
                        for i in likeness.best(claim, 8)
                        if not any(x in stretches[i][0].text[stretches[i][1] : stretches[i][2]] for x in q.answers)
                    ]
                    if far:
                        o, x, y = rnd.choice(far)
                        put(claim, o, o.text[x:y], False, "elsewhere")
            own = own_words(evidence, rnd)
            if own and rnd.random() < 0.75:
                true = own
                if rnd.random() < 0.6:
                    true = reword(own, rnd, 4)
                put(reform_figures(true, rnd), p, evidence, True, "own")
                damage(true, p, evidence, "own-")
            if rnd.random() < 0.2:
                cause = made_cause(evidence, rnd)
                if cause:
                    put(cause, p, evidence, False, "cause")
                    a_and_b = re.sub(r"由于|因为|所以|导致|使得|，是因为", "", cause)
                    put(a_and_b, p, evidence, "受" not in cause, "own" if "受" not in cause else "cause")
        # What denies, plans and gives reasons is as often true as anything else.
        for a, b in sentences(p.text):
            text = p.text[a:b].strip()
            if not 8 <= len(text) <= 110 or not _MARKED.search(text) or rnd.random() < 0.4:
                continue
            x, y = window(p.text, (a, b), rnd.choice((60, 110, 170)), rnd)
            evidence = p.text[x:y]
            clauses = re.split(r"[，,；;]", text.rstrip("。！？!?"))
            at = next(i for i, c in enumerate(clauses) if _MARKED.search(c)) if any(map(_MARKED.search, clauses)) else 0
            true = "，".join(clauses[max(0, at - rnd.randint(0, 1)) : at + 1 + rnd.randint(0, 1)])
            true = _TITLES.sub("", reword(true, rnd, 3) if rnd.random() < 0.6 else true)
            put(true, p, evidence, True, "own")
            for name, way in (("negation", negation), ("modality", modality)):
                bad = way(true, evidence, rnd, tag(true))
                if bad and bad != true and rnd.random() < 0.5:
                    put(bad, p, evidence, False, "own-" + name)
    return evened(out, rnd)


_MARKED = re.compile("|".join((_NEGATED.pattern, _MODAL.pattern, "不是|不会|不能|不得|未|没有|已经?|由于|因为|因此|导致|使得")))


def evened(claims, rnd):
    """Leaves out false claims until no word that damage brings in speaks for falsehood by itself."""
    words = sorted(set(wordings.NOT + wordings.FUTURE + ["不", "已经", "已", "第二", "第三", "由于", "因为", "导致", "使得", "是因为"] + [w for g in wordings.groups(wordings.DEGREE) for w in g[1:]]))
    true = sum(c[3] for c in claims)
    share = (len(claims) - true) / max(1, true)
    allowed = {w: share * sum(c[3] for c in claims if w in c[0]) + 5 for w in words}
    out, used = [], collections.Counter()
    rnd.shuffle(claims)
    for c in claims:
        if not c[3]:
            brought = [w for w in words if w in c[0]]
            if any(used[w] >= allowed[w] for w in brought):
                continue
            used.update(brought)
        out.append(c)
    rnd.shuffle(out)
    return out
