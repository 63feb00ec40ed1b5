BEGIN TRANSACTION;
CREATE TABLE articles (
	id          TEXT PRIMARY KEY,
	title       TEXT NOT NULL,
	published   TEXT NOT NULL,
	author      TEXT NOT NULL,
	source      TEXT NOT NULL,
	url         TEXT NOT NULL,
	path        TEXT NOT NULL,
	paragraphs  TEXT NOT NULL,
	title_words TEXT NOT NULL,
	title_word_count INTEGER NOT NULL,
	digest      TEXT NOT NULL,
	generation  INTEGER NOT NULL
);
INSERT INTO "articles" VALUES('panda','动物园迎来双胞胎熊猫','2021-07-08','','','','panda.txt','[{"Text":"大熊猫母亲在凌晨产下一对幼崽，体重分别是一百五十克和一百七十克。饲养员轮流值班，每两个小时喂一次奶。记者还了解到，有关方面将在第1个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第2个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第3个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第4个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第5个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第6个阶段继续公布后续的安排，请大家留意。"},{"Text":"幼崽要到半岁左右才会和游客见面，名字将由网友投票决定。竹子由附近的三个村庄供应。记者还了解到，有关方面将在第1个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第2个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第3个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第4个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第5个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第6个阶段继续公布后续的安排，请大家留意。"}]','动 物 园 迎 来 双 胞 胎 熊 猫',10,'cb58cef6ed390d0da580ec18a969ac301dfc681ffc78980fa3fa747684c09071',2);
INSERT INTO "articles" VALUES('tea','春茶开采','','','','','tea.txt','[{"Text":"今年春茶比往年提前一周开采，茶农说明前茶的收购价格每斤上涨了八十元。合作社购置了四台炒茶机器。记者还了解到，有关方面将在第1个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第2个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第3个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第4个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第5个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第6个阶段继续公布后续的安排，请大家留意。"}]','春 茶 开 采',4,'18b5bcbbfc6f09e4eb8a66f07c4b6bdbd0853116ee15c207c0adaa0a22204863',3);
INSERT INTO "articles" VALUES('bridge','跨江大桥合龙','2019-05-30','乙','晨报','https://example.com/1','bridge.txt','[{"Text":"这座悬索桥主跨一千零九十米，连接老城与新区，今天清晨完成了最后一段钢箱梁的吊装。施工队在江面上空连续工作了二十六个小时。记者还了解到，有关方面将在第1个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第2个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第3个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第4个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第5个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第6个阶段继续公布后续的安排，请大家留意。"},{"Text":"桥面通车以后，两岸居民乘坐公共汽车往返只需要十五分钟，比轮渡节省大约一个小时。轮渡公司将保留一条观光航线。记者还了解到，有关方面将在第1个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第2个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第3个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第4个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第5个阶段继续公布后续的安排，请大家留意。记者还了解到，有关方面将在第6个阶段继续公布后续的安排，请大家留意。"}]','跨 江 大 桥 合 龙',6,'6d25a818f1aaef2c515d30cb6f839c83b481113c104c16d0ff559453d677401d',4);
CREATE TABLE bot_notes (text TEXT);
INSERT INTO "bot_notes" VALUES('kept');
CREATE TABLE passages (
	article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
	number     INTEGER NOT NULL,
	id         TEXT NOT NULL UNIQUE,
	spans      TEXT NOT NULL,
	words      TEXT NOT NULL,
	word_count INTEGER NOT NULL,
	text_key   TEXT NOT NULL,
	vector     BLOB,
	PRIMARY KEY (article_id, number)
);
INSERT INTO "passages" VALUES('panda',1,'panda#1','[[1,0,254]]','大 熊 猫 母 亲 在 凌 晨 产 下 一 对 幼 崽 体 重 分 别 是 一 百 五 十 克 和 一 百 七 十 克 饲 养 员 轮 流 值 班 每 两 个 小 时 喂 一 次 奶 记 者 还 了 解 到 有 关 方 面 将 在 第 1 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 2 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 3 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 4 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 5 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 6 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意',232,'fd694b6f31fd68f5ecff3d24c23e3484',X'C6589ABE9BBB803DF44C77BD6CC1F6BC7481083ED3FCD13E3C8BF1BE37D9E1BEBC7DB3BE10A375BE57932ABE9445573EB4C571BA92DD94BB307D7E3D11EF4FBE');
INSERT INTO "passages" VALUES('panda',2,'panda#2','[[2,0,244]]','幼 崽 要 到 半 岁 左 右 才 会 和 游 客 见 面 名 字 将 由 网 友 投 票 决 定 竹 子 由 附 近 的 三 个 村 庄 供 应 记 者 还 了 解 到 有 关 方 面 将 在 第 1 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 2 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 3 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 4 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 5 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 6 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意',223,'309164a9489bfce63bb2cd8d3da19836',X'C2F9AF3EEF2F62B9EEBC853CBA893EBE1C36E2BEE5D52FBE5A59523E3100A8BE88C7983E8CE5E3BEABB057BC559E19BEC3B9F63D3F54B13E8DC419BE6CC4983D');
INSERT INTO "passages" VALUES('tea',1,'tea#1','[[1,0,251]]','今 年 春 茶 比 往 年 提 前 一 周 开 采 茶 农 说 明 前 茶 的 收 购 价 格 每 斤 上 涨 了 八 十 元 合 作 社 购 置 了 四 台 炒 茶 机 器 记 者 还 了 解 到 有 关 方 面 将 在 第 1 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 2 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 3 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 4 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 5 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 6 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意',230,'3d907412b5b67b181f58da622427bcf2',X'0FB796BE9B01993CEDBDCA3E5CF4C03ACCE67E3D24A6253EE126DCBEEF71A33D1FB9053E60ED193BEB5F1BBFEE6F4F3EC5CF4A3E056DAE3D0619063E8DC2583E');
INSERT INTO "passages" VALUES('bridge',1,'bridge#1','[[1,0,264]]','这 座 悬 索 桥 主 跨 一 千 零 九 十 米 连 接 老 城 与 新 区 今 天 清 晨 完 成 了 最 后 一 段 钢 箱 梁 的 吊 装 施 工 队 在 江 面 上 空 连 续 工 作 了 二 十 六 个 小 时 记 者 还 了 解 到 有 关 方 面 将 在 第 1 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 2 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 3 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 4 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 5 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 6 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意',242,'90049f40951221c730b8d191445a8ad5',X'CFB3BBBEE69D89BE57CEB5BD10BD083E85DEEC3E397889BC777D383EBF9DA0BDB739D83E5BE31B3DA9532A3E5DF594BEA010B1BCE126843E312FC9BE944F09BD');
INSERT INTO "passages" VALUES('bridge',2,'bridge#2','[[2,0,257]]','桥 面 通 车 以 后 两 岸 居 民 乘 坐 公 共 汽 车 往 返 只 需 要 十 五 分 钟 比 轮 渡 节 省 大 约 一 个 小 时 轮 渡 公 司 将 保 留 一 条 观 光 航 线 记 者 还 了 解 到 有 关 方 面 将 在 第 1 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 2 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 3 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 4 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 5 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意 记 者 还 了 解 到 有 关 方 面 将 在 第 6 个 阶 段 继 续 公 布 后 续 的 安 排 请 大 家 留 意',235,'049e910e28fdc3a159696a67f988fa8d',X'50E185BE26FBEA3D6EFE92BE34A976BE07029D3ED1B79A3EA1805ABE1F6969BC63C0D33E371375BC3865D1BE436E993E129883BEB5C450BE6289A63C5C6AD2BD');
CREATE TABLE store (
	id          INTEGER PRIMARY KEY CHECK (id = 1),
	generation  INTEGER NOT NULL DEFAULT 0,
	provider    TEXT NOT NULL DEFAULT '',
	model       TEXT NOT NULL DEFAULT '',
	dimension   INTEGER NOT NULL DEFAULT 0,
	fingerprint TEXT NOT NULL DEFAULT '',
	last_ingest TEXT NOT NULL DEFAULT ''
);
INSERT INTO "store" VALUES(1,4,'test','hash',16,'','2026-11-26T11:38:49Z');
CREATE INDEX passages_text_key ON passages (text_key);
COMMIT;
PRAGMA user_version = 1;
