package zhtext

import "testing"

func TestIsCommonWord(t *testing.T) {
	for word, want := range map[string]bool{
		"发生": true, "抽签": true, "负责人": true, "生了": false, "签结": false, "发": false, "": false, "abc": false, "负责人员": false,
	} {
		if got := IsCommonWord(word); got != want {
			t.Errorf("IsCommonWord(%q) = %v", word, got)
		}
	}
}
