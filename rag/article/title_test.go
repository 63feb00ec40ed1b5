package article

import "testing"

// A title that was broken over two lines is one title, and what follows a headline is
// no part of it.
func TestBrokenTitles(t *testing.T) {
	const text = "\n\n各位同事，本周五下午停水，请提前储水，以免影响工作。\n"
	docx := func(lines ...string) []block {
		var out []block
		for _, l := range lines {
			out = append(out, block{text: l, kind: blockTitle, level: 1, marked: true})
		}
		return append(out, block{text: "本项目新建停车位三百个，总投资一亿元。", marked: true})
	}
	for _, c := range []struct{ name, path, raw, want string }{
		{"one line", "a.txt", "关于停水的通知" + text, "关于停水的通知"},
		{"a notice", "a.txt", "关于调整2024年国庆节\n值班安排的通知" + text, "关于调整2024年国庆节值班安排的通知"},
		{"a call for tenders", "a.txt", "第三医院磁共振成像系统\n采购项目公开招标公告" + text, "第三医院磁共振成像系统采购项目公开招标公告"},
		{"a judgement", "a.txt", "东岭县人民法院\n民 事 判 决 书\n\n（2023）东民初17号" + text, "东岭县人民法院民事判决书"},
		{"minutes", "a.txt", "青禾集团经营分析会\n会议纪要\n\n时间：周五" + text, "青禾集团经营分析会会议纪要"},
		{"a speech with who held it and when", "a.txt", "在开学典礼上的\n讲话\n\n校长 纪维桢\n\n（2023年9月4日）" + text, "在开学典礼上的讲话"},
		{"a paper", "a.txt", "基于轻量网络的稻瘟病\n叶片图像识别方法研究\n\n裴明远，沈若兰" + text, "基于轻量网络的稻瘟病叶片图像识别方法研究"},
		{"an English paper", "a.txt", "Deep Learning for Early Detection of Rice Blast\nin Low-Resource Field Conditions\n\nPei Mingyuan\n\nWe propose a light network, which needs little memory.\n", "Deep Learning for Early Detection of Rice Blast in Low-Resource Field Conditions"},
		{"an open bracket", "a.txt", "学习《渡口管理\n若干规定》问答" + text, "学习《渡口管理若干规定》问答"},
		{"Markdown", "a.md", "# 智慧停车建设\n# 可行性研究报告" + text, "智慧停车建设可行性研究报告"},
		{"a headline and its deck", "a.txt", "大桥今天通车\n市长出席并讲话\n\n发布时间：2024-03-02" + text, "市长出席并讲话"},
		{"a headline that tells of a speech", "a.txt", "大桥今天通车\n市长发表讲话" + text, "大桥今天通车"},
		{"a heading below the title", "a.txt", "渡口管理手册\n适用范围" + text, "渡口管理手册"},
		{"a numbered heading", "a.txt", "渡口的来历\n一、文献综述" + text, "渡口的来历"},
		{"two questions", "a.txt", "2017年发生了什么\n什么时候作出解除协议的通知\n", "2017年发生了什么"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := parseOne(t, c.raw, c.path).Title; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if d := assemble(docx("智慧停车建设", "可行性研究报告"), meta{}, Options{}); d.title != "智慧停车建设可行性研究报告" || len(d.paragraphs) != 1 {
		t.Errorf("got %s, %v", d.title, d.paragraphs)
	}
	if d := assemble(docx("渡口手册", "安装"), meta{}, Options{}); d.title != "渡口手册" || d.paragraphs[0].Section != "安装" {
		t.Errorf("got %s, %v", d.title, d.paragraphs)
	}
}
