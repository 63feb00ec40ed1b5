"""Writes what the trained networks make of some examples, to hold the program to it.

usage: check.py BASE READER CHECKER OUT.jsonl"""

import json
import sys

import torch

from corpus import simplified
from network import Encoder, padded, trained
from train import best_span

SURE = -0.5  # log probability of a place from which on eight bits must not point elsewhere: two of nearly even odds may change places
EXAMPLES = [
    ("苏州街站在什么地方", "苏州街站", "苏州街站位于北京市海淀区，是北京地铁10号线的一个车站，2008年7月19日启用。"),
    ("苏州街站什么时候启用的？", "", "苏州街站位于北京市海淀区，是北京地铁10号线的一个车站，2008年7月19日启用。"),
    ("苏州街站有几个出口", "苏州街站", "苏州街站位于北京市海淀区，是北京地铁10号线的一个车站。"),
    ("这次展会签约多少项目", "展会闭幕", "展会共签约项目９２个，总金额８１０.５亿元，其中民营企业占六成。"),
    ("展会共签约92个项目", "展会闭幕", "展会共签约项目92个，总金额810.5亿元，其中民营企业占六成。"),
    ("展会没有签约任何项目", "展会闭幕", "展会共签约项目92个，总金额810.5亿元，其中民营企业占六成。"),
    ("誰主持了會議", "會議紀要", "會議由副主任王建國主持，各區代表出席。"),
    ("会议由王建国主持", "會議紀要", "會議由副主任王建國主持，各區代表出席。"),
    ("会议由李卫东主持", "会议纪要", "会议由副主任王建国主持，李卫东作了报告。"),
    ("iPhone 多少钱", "Apple 发布会", "iPhone 15 起售价为 5,999 元，iPad Air 为 4799 元。"),
    ("报名电话是多少", "", "报名电话：023-6789 0123，邮箱 bm@example.com，截止3月15日18：00。"),
    ("公司收购了哪家企业", "公告", "公司拟以2.38亿元收购红叶超市的相关资产，尚需股东大会批准。"),
    ("公司已经收购了红叶超市", "公告", "公司拟以2.38亿元收购红叶超市的相关资产，尚需股东大会批准。"),
    ("出口增长了多少", "外贸", "前七个月，出口1.2万亿元，下降6.6%；进口9000亿元，增长14.4%。"),
    ("出口增长了14.4%", "外贸", "前七个月，出口1.2万亿元，下降6.6%；进口9000亿元，增长14.4%。"),
    ("为什么航班取消", "", "受台风影响，机场取消了全部进出港航班，预计次日恢复。"),
    ("How many people took part?", "", "共有488名志愿者参加了这项研究。"),
    ("Café Noir 在哪", "", "Café Noir 位于南京路 ２３ 号，营业到晚上十点。"),
    ("最大的湖是哪个", "湖泊", "青海湖是中国最大的内陆湖，面积4583平方公里；鄱阳湖是最大的淡水湖。"),
    ("青海湖是最大的淡水湖", "湖泊", "青海湖是中国最大的内陆湖，面积4583平方公里；鄱阳湖是最大的淡水湖。"),
    ("谁赢了比赛", "决赛", "上海队以107：102击败北京队，夺得冠军。"),
    ("北京队击败了上海队", "决赛", "上海队以107：102击败北京队，夺得冠军。"),
]


def main():
    base, reader, checker, out = sys.argv[1:5]
    reader, checker = trained(base, reader), trained(base, checker)
    encoder = Encoder(base)
    with open(out, "w") as f, torch.no_grad():
        for first, title, evidence in EXAMPLES:
            ids, second, start, offsets = encoder(*map(simplified, (first, title, evidence)))
            row = padded([(ids, second)])
            spans, marks, _ = reader(row[0], row[1])
            held = checker(row[0], row[1])[1][0, 1]
            a, b = best_span(spans[0, start : start + len(offsets)])
            sure = torch.log_softmax(spans[0, start : start + len(offsets)], 0)
            answer = evidence[offsets[a][0] : offsets[b][1]] if float(sure[a, 0] + sure[b, 1]) > SURE else ""
            json.dump({"first": first, "title": title, "evidence": evidence, "ids": ids, "types": row[1][0].tolist(),
                       "answerable": round(float(marks[0, 0]), 3), "grounded": round(float(held), 3), "answer": answer},
                      f, ensure_ascii=False)
            f.write("\n")


if __name__ == "__main__":
    main()
