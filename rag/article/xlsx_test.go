package article

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Tables of one sheet are told apart by empty rows and headers of their own, and
// formulas that nobody has computed are.
func TestSheet(t *testing.T) {
	f := excelize.NewFile()
	rows := [][]any{
		{"一、班级"}, {"班级", "人数", "平均分"}, {"一班", 42, 88.5}, {}, {"二班", 40, 86}, {}, {"备注：平均分不含缺考2人。"}, {},
		{"二、教师"}, {"教师", "科目", "课时"}, {"李娜", "语文", 12}, {"王强", "数学", 14},
	}
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	for cell, formula := range map[string]string{"B13": "SUM(B3,B5)", "C13": "NOSUCH(1)"} {
		if err := f.SetCellFormula("Sheet1", cell, formula); err != nil {
			t.Fatal(err)
		}
	}
	var raw bytes.Buffer
	if err := f.Write(&raw); err != nil {
		t.Fatal(err)
	}
	var told []Omission
	articles, err := Parse(raw.Bytes(), "表.xlsx", Options{Omitted: func(o Omission) { told = append(told, o) }})
	if err != nil {
		t.Fatal(err)
	}
	want := "{Sheet1} Sheet1 / 一、班级\n" +
		"{Sheet1 › 一、班级} 班级：一班，人数：42，平均分：88.5\n{Sheet1 › 一、班级} 班级：二班，人数：40，平均分：86\n{Sheet1 › 一、班级} 备注：平均分不含缺考2人。\n" +
		"{Sheet1} 二、教师\n{Sheet1 › 二、教师} 教师：李娜，科目：语文，课时：12\n{Sheet1 › 二、教师} 教师：王强，科目：数学，课时：14\n{Sheet1 › 二、教师} 科目：82\n"
	if got := outline(articles[0]); got != want {
		t.Errorf("%swant\n%s", got, want)
	}
	if !strings.Contains(omissions(told), "C13: a formula") {
		t.Errorf("a formula that cannot be computed is not told of: %s", omissions(told))
	}
}
