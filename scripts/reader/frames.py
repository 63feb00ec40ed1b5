"""Training examples of everyday documents: rules, price lists, minutes, manuals, timetables.

Encyclopaedias rarely set a dozen like facts side by side; such documents do nothing else. frames.txt says what
they say of their things, each fact in several statements. A text sets some facts of like things side by side in
one of several layouts; a claim is one of them in another statement, or false because its value, its thing or
its standing is that of a neighbour; a question asks for one that is there, or for one that a neighbour has and
this thing has not. Names and figures are drawn at random: nothing can be learned of them but where they stand."""

import collections
import os
import re

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志强文博子轩雨晨思远浩宇欣怡嘉琪俊凯一鸣若溪天佑海燕春生长河立群维桢家树素云晓东振华永康德胜培林少峰仲平继先怀瑾望舒"
_PLACE = "青泊云临沧望石柳梧桐岩清东西南北安宁丰永新白沙金银龙凤松竹梅荷花桥溪湖山河江川原岭谷潭泉港湾塘坪湘浔漳淮沂渭泾汾洛"
_WORDS = "青禾红叶远航明德启智星云海蓝东方华茂瑞丰宏达佳音新锐恒通天成金桥绿源百川卓越先锋同心广源鸿运正大光明飞鱼青松晨曦银杏蓝鲸赤峰"
_LISTS = {
    "role": "部门经理 分管副总经理 总经理 财务总监 人力资源主管 院长 副院长 教务处长 班主任 科主任 护士长 项目经理 技术负责人 首席工程师 法务专员 董事长 董事会 监事会 理事会 秘书长 主任 副主任 局长 分管副局长 县长 镇长 所长 队长 店长 仓库主管 采购主管 质检员 安全员 总监理工程师 馆长 副馆长 校长 年级组长 教练 领队 行政主管 审计主管 出纳 会计 业主大会 业委会主任 物业经理",
    "department": "财务部 人力资源部 行政部 市场部 销售一部 销售二部 研发中心 质检部 采购部 法务部 客服中心 教务处 学生处 后勤处 保卫处 图书馆 医务科 信息科 急诊科 口腔科 中医科 儿科 外科 内科 药房 登记窗口 户籍科 税务科 规划局 水务局 交通局 环保局 民政局 档案室 仓储部 运维组 设计组 测试组 宣传组 后勤组 安保组 审计室 监察室",
    "matter": "请假三天以内 请假三天以上 差旅报销 采购申请 合同变更 设备报废 加班申请 印章使用 车辆租用 会议室预订 招待费 培训申请 调岗 离职 转正 补办证件 户口迁移 结婚登记 房产过户 营业执照变更 食品许可 建房审批 用水报装 用电增容 住院押金 门诊挂号 转院 病历复印 图书赔偿 座位预约 古籍借阅 场地租用 器材外借 投诉处理 退货 换货 上门安装 以旧换新 发票补开 账号注销 密码重置 数据导出 权限开通 公积金提取 落户 低保申请 残疾证办理 驾照换证 违停 闯红灯 超载 乱扔垃圾 损坏公物 迟到 旷工",
    "paper": "身份证 户口簿 营业执照副本 发票原件 病历 出院小结 毕业证书 学生证 借书证 授权委托书 申请表 审批单 合同复印件 房产证 银行流水 体检报告 无犯罪证明 收入证明 照片两张 购买凭证 保修卡 验收单 会议纪要",
    "thing": "净水器 空气净化器 电饭煲 扫地机 投影仪 打印机 显示器 键盘 耳机 音箱 手表 台灯 电钻 水泵 风扇 冰箱 洗衣机 烤箱 热水器 摄像机 平板 路由器 交换机 传感器 阀门 电机 叉车 起重机 拖拉机 无人机 帐篷 背包 自行车 婴儿车 轮椅 床垫 书桌 椅子 衣柜 地板 涂料 胶水 洗发水 牙膏 面霜 奶粉 饼干 茶叶",
    "crop": "土豆 胡萝卜 白菜 菠菜 番茄 黄瓜 茄子 豆角 南瓜 玉米 小麦 水稻 高粱 大豆 花生 芝麻 油菜 棉花 甘蔗 苹果 梨 桃 葡萄 柑橘 柚子 荔枝 龙眼 猕猴桃 草莓 西瓜 五花肉 鸡腿 牛腩 排骨 鲈鱼 虾仁 豆腐 香菇 木耳 银耳 莲子 百合 枸杞 红枣 生姜 大蒜 八角 桂皮 花椒 冰糖 生抽 黄酒 糯米 绿豆 红豆 当归 黄芪 金银花 薄荷 艾草",
    "task": "需求调研 方案设计 图纸会审 场地平整 地基开挖 管线敷设 主体施工 设备采购 设备安装 系统调试 试运行 竣工验收 资料归档 数据迁移 接口开发 单元测试 安全测试 用户培训 合同签订 招标公告 资格预审 开标 评标 问卷发放 样本采集 数据录入 统计分析 报告撰写 专家评审 海报印制 会场布置 嘉宾邀请 签到 接待 摄影 交通保障 餐饮安排 物资采购 财务结算 新闻稿撰写 清洗 切片 腌制 焯水 翻炒 收汁 装盘",
    "group": "正式员工 试用期员工 实习生 退休人员 外聘专家 一年级 二年级 三年级 四年级 五年级 六年级 初中生 高中生 本科生 研究生 教师 家长 老人 儿童 婴幼儿 残疾人 现役军人 本地居民 外地游客 团体游客 普通会员 银卡会员 金卡会员 儿童证读者 普通证读者 教师证读者 甲组 乙组 丙组 红队 蓝队 志愿者 裁判员 运动员 一线工人 管理人员 高级职称 中级职称 初级职称 厂级领导 部门负责人 低保户 独居老人 孕妇 学生 农民工",
    "room": "报告厅 阅览室 自习室 古籍库 展厅 一号会议室 二号会议室 多功能厅 健身房 游泳馆 羽毛球馆 网球场 食堂 咖啡厅 儿童区 录音室 机房 实验室 手术室 门诊大厅 急诊室 候车厅 行李房 停车场 地下车库 天台 花房 温室 画室 琴房 档案库 器材室 茶室 钟楼 碑林 观景台 瓷器馆 书画馆 民俗馆 自然馆",
    "course": "高等数学 线性代数 大学物理 有机化学 普通生物学 中国近代史 古代汉语 英语听力 日语入门 程序设计 数据结构 操作系统 计算机网络 机械制图 工程力学 土力学 测量学 会计学 统计学 民法 刑法 宪法 教育心理学 素描 色彩 书法 国画 声乐 钢琴 舞蹈 游泳 太极拳 羽毛球 烘焙 插花 摄影 剪辑 急救 茶艺 陶艺",
    "project_tail": "大桥 隧道 水库 污水处理厂 体育馆 图书馆新馆 二期工程 产业园 停车楼 变电站 泵站 步行街 养老院 幼儿园 中学 医院 码头 灯塔 湿地公园 风电场 光伏电站 绕城公路 供热管网 河道整治 老旧小区改造 充电桩工程 电梯加装 议题 方案",
    "chapter_tail": "概论 简史 导读 札记 研究 手册 图谱 游记 日记 诗集 文选 传 考 新编 通论 入门",
    "place": "学校南门 学校北门 东门广场 西门停车场 火车站出站口 地铁口 图书馆门前 操场 大礼堂 码头 村委会 公园正门 体育馆门口 桥头 一号楼大厅 二号楼大厅 食堂门口 汽车站 游客中心",
    "school": "师范学院 农学院 工学院 医科大学 理工大学 第一中学 第二中学 实验小学 技工学校 艺术学院 财经大学 林业学校",
    "weekday": "周一 周二 周三 周四 周五 周六 周日 星期一 星期二 星期三 星期四 星期五 每月第一个周一 周一和周三 周二和周五 周末",
    "company_tail": "纸业 电子 机械 制药 食品 建材 化工 纺织 物流 传媒 科技 能源 地产 航运 农业 环保 软件 医疗器械 汽车零部件 乳业",
}
_LISTS = {k: v.split() for k, v in _LISTS.items()}
_DIGITS = "一二三四五六七八九十"


def _figure(rnd):
    """A figure as documents write them: mostly short, now and then with a fraction or four digits."""
    kind = rnd.random()
    if kind < 0.35:
        return str(rnd.randint(2, 99))
    if kind < 0.55:
        return str(rnd.randint(10, 99) * 10)
    if kind < 0.75:
        return str(rnd.randint(100, 9999))
    return f"{rnd.randint(0, 60)}.{rnd.randint(1, 9)}"


def _whole(rnd):
    return str(rnd.choice((rnd.randint(2, 20), rnd.randint(10, 99), rnd.randint(100, 3000))))


def _place(rnd):
    return "".join(rnd.sample(_PLACE, 2))


def _brand(rnd):
    return rnd.choice((_place(rnd), _WORDS[(i := rnd.randrange(len(_WORDS) // 2) * 2) : i + 2]))


_DRAW = {
    "person": lambda r: r.choice(_SURNAMES) + "".join(r.sample(_GIVEN, r.choice((1, 2, 2)))),
    "city": lambda r: _place(r) + r.choice(("市", "县", "镇", "区", "")),
    "town": lambda r: _place(r) + r.choice(("镇", "县", "乡", "市", "区", "村", "街道")),
    "company": lambda r: _brand(r) + r.choice(_LISTS["company_tail"]) + r.choice(("", "公司", "集团")),
    "team": lambda r: _brand(r) + r.choice(("队", "队", "俱乐部")),
    "school": lambda r: _place(r) + r.choice(_LISTS["school"]),
    "product": lambda r: r.choice((f"{r.choice('ABCDEFGHKLMNPRSTXZ')}{r.choice('ABCDFGKLMPRSTX')}-{r.choice((r.randint(1, 9) * 100, r.randint(10, 99)))}", f"{r.choice('ABCDEFGHKMPRSTX')}{r.randint(1, 20)}", r.choice(_LISTS["thing"]), r.choice(_LISTS["thing"]), r.choice(_WORDS) + r.choice("一二三四五六") + "号")),
    "project": lambda r: r.choice((_place(r), "")) + r.choice(_LISTS["project_tail"]) if r.random() < 0.6 else _place(r) + r.choice(_LISTS["project_tail"]),
    "chapter": lambda r: r.choice((f"第{r.choice(_DIGITS)}章", f"《{_place(r)}{r.choice(_LISTS['chapter_tail'])}》", f"《{_place(r)}{r.choice(_LISTS['chapter_tail'])}》")),
    "version": lambda r: r.choice((f"{r.randint(1, 9)}.{r.randint(0, 9)}版", f"{r.randint(1, 9)}.{r.randint(0, 9)}.{r.randint(0, 9)}", r.choice(("安卓版", "桌面版", "网页版", "企业版", "标准版", "专业版", "电视版", "手表版")))),
    "route": lambda r: r.choice((f"{r.randint(1, 999)}路", f"{r.randint(1, 18)}号线", f"{r.choice('GDKZ')}{r.randint(10, 9999)}次", f"{_place(r)}专线")),
    "money": lambda r: _figure(r) + r.choice(("元", "元", "元", "万元", "亿元")),
    "price": lambda r: r.choice((str(r.randint(1, 200)), f"{r.randint(1, 30)}.{r.randint(1, 9)}")) + "元",
    "weight": lambda r: _figure(r) + r.choice(("克", "公斤", "千克", "吨", "万吨")),
    "span": lambda r: r.choice((str(r.randint(2, 60)), r.choice(_DIGITS))) + r.choice(("天", "个工作日", "个月", "年", "小时", "周")),
    "minutes": lambda r: str(r.randint(2, 90)) + "分钟",
    "seconds": lambda r: f"{r.randint(0, 20)}.{r.randint(1, 9)}秒",
    "bytes": lambda r: _figure(r) + r.choice(("MB", "GB", "KB")),
    "port": lambda r: str(r.randint(1000, 65000)),
    "noise": lambda r: f"{r.randint(20, 90)}分贝",
    "power": lambda r: _whole(r) + r.choice(("瓦", "千瓦", "W", "kW")),
    "area": lambda r: _figure(r) + "平方米",
    "land": lambda r: _figure(r) + r.choice(("平方公里", "公顷", "亩")),
    "length": lambda r: _figure(r) + r.choice(("米", "公里", "千米")),
    "height": lambda r: r.choice((f"{r.randint(140, 215)}厘米", f"1.{r.randint(40, 99)}米")),
    "rain": lambda r: f"{r.randint(0, 300)}.{r.randint(0, 9)}毫米",
    "degree": lambda r: r.choice(("", "", "零下")) + str(r.randint(1, 40)) + r.choice(("℃", "度", "摄氏度")),
    "people": lambda r: r.choice((f"{_figure(r)}万人", f"{r.randint(1000, 99999)}人")),
    "percent": lambda r: f"{r.choice((str(r.randint(1, 99)), f'{r.randint(0, 60)}.{r.randint(1, 9)}'))}%",
    "score": lambda r: f"{r.randint(2, 60)}分",
    "points": lambda r: f"{r.choice((str(r.randint(1, 6)), '1.5', '2.5', '0.5'))}学分",
    "year": lambda r: f"{r.randint(1860, 2026)}年",
    "month": lambda r: r.choice((f"{r.randint(1, 12)}月", f"{r.randint(1, 12)}月{r.choice('上中下')}旬", r.choice(("立春前后", "清明前后", "谷雨前后", "芒种前后", "秋分前后", "霜降前后")))),
    "date": lambda r: (f"{r.randint(1990, 2027)}年" if r.random() < 0.6 else "") + f"{r.randint(1, 12)}月" + (f"{r.randint(1, 28)}日" if r.random() < 0.8 else ""),
    "clock": lambda r: r.choice((f"{r.randint(5, 23)}:{r.choice(('00', '10', '15', '20', '30', '40', '45', '50'))}", f"{r.choice(('上午', '下午', '晚上'))}{r.randint(5, 11)}点{r.choice(('', '半'))}")),
    "hours": lambda r: f"{r.randint(7, 11)}:{r.choice(('00', '30'))}{r.choice(('至', '—', '-'))}{r.randint(16, 23)}:{r.choice(('00', '30'))}",
    "floor": lambda r: r.choice((f"{r.choice(_DIGITS[:9])}楼", f"{r.choice(_DIGITS[:9])}层", f"{r.randint(1, 9)}号楼{r.randint(101, 620)}室", "地下一层", f"{r.choice('东西南北')}楼{r.choice(_DIGITS[:6])}层")),
    "phone": lambda r: r.choice((f"0{r.randint(10, 899)}-{r.randint(2000000, 89999999)}", f"1{r.randint(30, 99)}{r.randint(10000000, 99999999)}", str(r.randint(2000, 8999)))),
    "code": lambda r: f"{r.choice('ABCDGHKJLMQS')}{r.choice(('', '-'))}{r.randint(10, 99999)}",
}


def _drawer(kind):
    if kind.startswith("count:"):
        unit = kind.split(":")[1]
        return lambda r: (f"{r.randint(1, 20)}" if unit in ("票", "册") else _whole(r)) + unit
    return _DRAW.get(kind) or (lambda r: r.choice(_LISTS[kind]))


def _load():
    parts, rows = {}, None
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "frames.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.strip()
            if line.startswith("@"):
                rows = parts.setdefault(line[1:], [])
            elif line and not line.startswith("#"):
                fields = [x.strip() for x in line.split(" | ")]
                rows.append([x.split("/") if i else x for i, x in enumerate(fields)])
    attributes = collections.defaultdict(list)
    for thing, name, kind, say, ask in parts["attributes"]:
        attributes[thing].append((name[0], kind[0], say, ask))
    return attributes, parts


_ATTRIBUTES, _PARTS = _load()


def _several(kind, n, rnd):
    """n different values of a kind, none part of another."""
    draw, out = _drawer(kind), []
    for _ in range(60):
        new = draw(rnd)
        if not any(new in o or o in new for o in out):
            out.append(new)
        if len(out) == n:
            break
    return out


# ---- layouts --------------------------------------------------------------------------------------------


def _laid_out(sentences, rnd):
    """Clauses as a text: running prose, articles of a rule, a list, minutes."""
    way = rnd.random()
    if way < 0.35:
        out = ""
        for s in sentences:
            out += s + rnd.choice(("。", "；", "，", "。"))
        return out[:-1] + "。"
    if way < 0.55:
        first = rnd.randint(1, 7)
        return "\n".join(f"第{_count(first + i)}条 {s}。" for i, s in enumerate(sentences))
    if way < 0.7:
        return "\n".join(f"{i + 1}{rnd.choice(('.', '、', '. '))}{s}" for i, s in enumerate(sentences))
    if way < 0.85:
        return "\n".join(f"- {s}；" for s in sentences)
    return "。".join(sentences) + "。"


def _count(n):
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(n, 10)
    return ("" if not tens else "十" if tens == 1 else _DIGITS[tens - 1] + "十") + (_DIGITS[ones - 1] if ones else "")


def _spread(groups, rnd):
    """Facts [(thing, attribute, clause)] in an order that a text has: thing by thing, or attribute by attribute."""
    key = rnd.choice((0, 1))
    order = list(dict.fromkeys(g[key] for g in groups))
    rnd.shuffle(order)
    return sorted(groups, key=lambda g: order.index(g[key]))


def _put(template, **values):
    return re.sub(r"\{(\w)\}", lambda m: values[m.group(1)], template)


# ---- texts and what can be asked and claimed of them -----------------------------------------------------


def _table(rnd):
    """Several attributes of several like things, some of them missing."""
    thing = rnd.choice(list(_ATTRIBUTES))
    keys = _several(thing, rnd.randint(2, 4), rnd)
    columns = rnd.sample(_ATTRIBUTES[thing], min(len(_ATTRIBUTES[thing]), rnd.randint(2, 4)))
    values = {}
    for name, kind, _, _ in columns:
        for key, value in zip(keys, _several(kind, len(keys), rnd)):
            if value not in values.values() and value not in keys and rnd.random() < 0.85:
                values[key, name] = value
    if len(values) < 3:
        return None
    known = {name: (kind, say, ask) for name, kind, say, ask in columns}
    way = rnd.random()
    head = rnd.choice(("名称", "项目", "对象", "类别"))
    if way < 0.18:  # rows as tables are stored: each cell with its heading
        text = "\n".join(f"{head}：{k}，" + "，".join(f"{n}：{values[k, n]}" for n in known if (k, n) in values) + rnd.choice(("", "。")) for k in keys if any((k, n) in values for n in known))
    elif way < 0.3:  # a section for each thing
        text = "\n".join(f"{k}\n" + "\n".join(f"{n}：{values[k, n]}" for n in known if (k, n) in values) for k in keys if any((k, n) in values for n in known))
    elif way < 0.38:  # questions with their answers
        text = "\n".join(f"问：{_put(rnd.choice(known[n][2]), k=k)}？答：{v}。" for (k, n), v in values.items())
    else:
        facts = _spread([(k, n, _put(rnd.choice(known[n][1]), k=k, v=v)) for (k, n), v in values.items()], rnd)
        if rnd.random() < 0.2:  # neighbours share a clause: A、B分别为…
            name = rnd.choice(list(known))
            mine = [k for k in keys if (k, name) in values]
            if len(mine) > 1:
                facts = [f for f in facts if f[1] != name]
                facts.append(("", "", f"{'、'.join(mine)}的{name}分别为{'、'.join(values[k, name] for k in mine)}"))
        text = _laid_out([f[2] for f in facts], rnd)
    asks, claims = [], []
    for (key, name), value in values.items():
        kind, say, ask = known[name]
        claim = rnd.choice(say)
        claims.append((_put(claim, k=key, v=value), True, "frame"))
        others = [v for (k, n), v in values.items() if v != value and known[n][0] == kind]
        near = [v for (k, n), v in values.items() if k != key and n == name]
        roll = rnd.random()
        if near and roll < 0.55:
            claims.append((_put(claim, k=key, v=rnd.choice(near)), False, "frame-neighbour"))
        elif others and roll < 0.75:
            claims.append((_put(claim, k=key, v=rnd.choice(others)), False, "frame-neighbour"))
        elif roll < 0.87:
            claims.append((_put(claim, k=key, v=_drawer(kind)(rnd)), False, "frame-value"))
        else:
            stranger = _drawer(thing)(rnd)
            if stranger not in text:
                claims.append((_put(claim, k=stranger, v=value), False, "frame-stranger"))
        if text.count(value) == 1:
            asks.append((_put(rnd.choice(ask), k=key), value))
    for key in keys:  # what this thing is not said to have, though its neighbours may
        for name, kind, say, ask in rnd.sample(_ATTRIBUTES[thing], min(3, len(_ATTRIBUTES[thing]))):
            if (key, name) not in values:
                asks.append((_put(rnd.choice(ask), k=key), None))
                same = [v for (k, n), v in values.items() if known[n][0] == kind]
                if same:
                    claims.append((_put(rnd.choice(say), k=key, v=rnd.choice(same)), False, "frame-neighbour"))
                break
    stranger = _drawer(thing)(rnd)
    if not any(stranger in k or k in stranger for k in keys):
        asks.append((_put(rnd.choice(rnd.choice(columns)[3]), k=stranger), None))
    return text, asks, claims


def _relation(rnd):
    first, second, say, ask_first, ask_second = rnd.choice(_PARTS["relations"])
    second = second[0]
    pairs = []
    if first == second:
        names = _several(first, rnd.choice((2, 4, 4, 6)), rnd)
        pairs = list(zip(names[::2], names[1::2]))
    else:
        pairs = list(zip(_several(first, 3, rnd), _several(second, 3, rnd)))[: rnd.randint(1, 3)]
    text = _laid_out([_put(rnd.choice(say), a=a, b=b) for a, b in pairs], rnd)
    asks, claims = [], []
    for a, b in pairs:
        claims.append((_put(rnd.choice(say), a=a, b=b), True, "frame"))
        if first == second and rnd.random() < 0.7:
            claims.append((_put(rnd.choice(say), a=b, b=a), False, "frame-role"))
        elif len(pairs) > 1:
            other = rnd.choice([p for p in pairs if p != (a, b)])
            claims.append((_put(rnd.choice(say), a=a, b=other[1]), False, "frame-neighbour"))
        if text.count(a) == 1 and text.count(b) == 1:
            asks.append((_put(rnd.choice(ask_first), b=b), a))
            asks.append((_put(rnd.choice(ask_second), a=a), b))
    return text, asks, claims


def _state(rnd):
    kind, yes, no = rnd.choice(_PARTS["states"])
    keys = _several(kind, rnd.randint(2, 5), rnd)
    holds = {k: rnd.random() < 0.5 for k in keys}
    for_all = len(set(holds.values())) == 1
    sides = [(yes, [k for k in keys if holds[k]]), (no, [k for k in keys if not holds[k]])]
    rnd.shuffle(sides)
    sentences = []
    if rnd.random() < 0.5:
        for say, mine in sides:
            joined = [s for s in say if s.startswith("{k}")]
            if mine:
                sentences.append(_put(rnd.choice(joined), k="、".join(mine) + rnd.choice(("", "", "都", "均")) if len(mine) > 1 else mine[0]))
    else:
        sentences = [_put(rnd.choice(yes if holds[k] else no), k=k) for k in keys]
    text = _laid_out(sentences, rnd)
    claims = []
    for k in keys:
        claims.append((_put(rnd.choice(yes if holds[k] else no), k=k), True, "frame"))
        claims.append((_put(rnd.choice(no if holds[k] else yes), k=k), False, "frame-state"))
    joined = [s for s in yes if s.startswith("{k}")]
    count = _DIGITS[len(keys) - 1].replace("二", "两")
    everything = rnd.choice((f"这{count}个都", f"{count}项均", "全部", "所有的都"))
    claims.append((_put(rnd.choice(joined), k=everything), for_all and holds[keys[0]], "frame-all" if not (for_all and holds[keys[0]]) else "frame"))
    only = [k for k in keys if holds[k]]
    if only and not for_all:
        one = rnd.choice(keys)
        right = only == [one]
        claims.append((_put(rnd.choice(joined), k=f"只有{one}"), right, "frame" if right else "frame-all"))
    rnd.shuffle(claims)
    return text, [], claims[: 2 + len(keys)]


def _change(rnd):
    thing, kind, say, now, before = rnd.choice(_PARTS["changes"])
    kind = kind[0]
    keys = _several(thing, rnd.randint(1, 3), rnd)
    values = _several(kind, 2 * len(keys), rnd)
    if len(values) < 2 * len(keys):
        return None
    text = _laid_out([_put(rnd.choice(say), k=k, x=values[2 * i], y=values[2 * i + 1]) for i, k in enumerate(keys)], rnd)
    claims = []
    for i, k in enumerate(keys):
        x, y = values[2 * i : 2 * i + 2]
        claims.append((_put(rnd.choice(now), k=k, y=y), True, "frame"))
        claims.append((_put(rnd.choice(now), k=k, y=x), False, "frame-change"))
        claims.append((_put(rnd.choice(before), k=k, x=x), True, "frame"))
        claims.append((_put(rnd.choice(before), k=k, x=y), False, "frame-change"))
        claims.append((_put(rnd.choice(say), k=k, x=x, y=y), True, "frame"))
        claims.append((_put(rnd.choice(say), k=k, x=y, y=x), False, "frame-change"))
    rnd.shuffle(claims)
    return text, [], claims[:4]


def _bound(rnd):
    thing, kind, most, least = rnd.choice(_PARTS["bounds"])
    keys = _several(thing, rnd.randint(1, 3), rnd)
    values = _several(kind[0], len(keys), rnd)
    upper = [rnd.random() < 0.5 for _ in keys]
    text = _laid_out([_put(rnd.choice(most if u else least), k=k, v=v) for k, v, u in zip(keys, values, upper)], rnd)
    claims = []
    for i, (k, v, u) in enumerate(zip(keys, values, upper)):
        claims.append((_put(rnd.choice(most if u else least), k=k, v=v), True, "frame"))
        if len(keys) > 1 and rnd.random() < 0.4:
            claims.append((_put(rnd.choice(most if u else least), k=k, v=values[i - 1]), False, "frame-neighbour"))
        else:
            claims.append((_put(rnd.choice(least if u else most), k=k, v=v), False, "frame-bound"))
    return text, [], claims


def _view(rnd, clauses):
    say = _PARTS["views"][0][0].split("/")
    who = rnd.choice((("原告", "被告", "法院", "证人"), ("专家", "记者", "居民", "经理", "开发商"), None, None))
    people = rnd.sample(who, min(len(who), rnd.randint(2, 3))) if who else _several("person", rnd.randint(2, 3), rnd)
    contents = rnd.sample(clauses, len(people))
    if rnd.random() < 0.2:
        text = "\n".join(f"{p}：{c}。" for p, c in zip(people, contents))
    else:
        text = _laid_out([_put(rnd.choice(say), p=p, x=c) for p, c in zip(people, contents)], rnd)
    claims = []
    for i, p in enumerate(people):
        claims.append((_put(rnd.choice(say), p=p, x=contents[i]), True, "frame"))
        claims.append((_put(rnd.choice(say), p=p, x=contents[i - 1]), False, "frame-view"))
    return text, [], claims[:4]


_TITLES = ("", "", "", "通知", "管理办法", "说明", "会议纪要", "公告", "手册", "一览", "简介", "常见问题", "报道")


def examples(paragraphs, rnd, texts):
    """About that many texts, as (reading, claims): rows like those of questions.py and claims.py."""
    clauses = [c.strip() for p in paragraphs for c in re.split(r"[，,。；;！？\n：:]", p.text) if 7 <= len(c.strip()) <= 24]
    ways = (_table, _table, _table, _table, _relation, _relation, _state, _state, _change, _bound, lambda r: _view(r, clauses))
    reading, claims = [], []
    for _ in range(texts):
        made = rnd.choice(ways)(rnd)
        if not made or len(made[0]) > 330:
            continue
        text, asks, said = made
        title = rnd.choice(_TITLES)
        if title and rnd.random() < 0.6:
            title = _place(rnd) + title
        if rnd.random() < 0.4:  # among other text, as a paragraph holds it
            other = rnd.choice(paragraphs).text
            cut = rnd.choice(re.findall(r"[^。！？]{8,60}[。！？]", other) or [""])
            text = cut + text if rnd.random() < 0.5 else text + cut
        rnd.shuffle(asks)
        for question, value in asks[:3]:
            if value is not None and text.count(value) != 1:
                continue
            start = text.find(value) if value else -1
            reading.append((question + rnd.choice(("", "", "？", "?")), title, text, start, start + len(value) if value else -1))
        # as many true as false ones: a text's statements say nothing of which they are
        true, false = ([c for c in said if bool(c[1]) == side] for side in (True, False))
        rnd.shuffle(true)
        rnd.shuffle(false)
        for claim, held, kind in true[:2] + false[: max(1, min(2, len(true)))]:
            if not held and claim in text:
                continue
            if rnd.random() < 0.1:
                claim += "。"
            claims.append((claim, title, text, int(held), kind))
    return reading, claims
