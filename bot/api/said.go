package api

import (
	"errors"
	"fmt"

	"zhiwen/rag"
)

// inBoth is an error that can be said in Chinese as well: programs and logs read the
// English sentence, a page in Chinese shows the other.
type inBoth struct {
	err     error
	chinese string
}

func (e *inBoth) Error() string { return e.err.Error() }
func (e *inBoth) Unwrap() error { return e.err }

// InBoth gives an error its sentence in Chinese.
func InBoth(err error, chinese string) error { return &inBoth{err, chinese} }

// ErrDamaged is what those who only ask are told of what the store cannot read: neither
// files nor causes, which are for the log.
var ErrDamaged = InBoth(fmt.Errorf("%w, and what you asked for cannot be read; whoever runs this server can mend it with zhiwen doctor --repair", rag.ErrDamaged),
	"资料库有损坏，您要的内容读不出来；管理员可以用 zhiwen doctor --repair 修复。")

// Chinese is an error's sentence in Chinese, "" where it has none.
func Chinese(err error) string {
	var both *inBoth
	if errors.As(err, &both) {
		return both.chinese
	}
	for _, known := range []struct {
		err     error
		chinese string
	}{
		{ErrBusy, "同时提问的人太多了，请稍后再试。"},
		{ErrNoArticle, "没有这篇文章。"},
		{rag.ErrEmptyQuestion, "问题是空的，请写出想知道的事。"},
		{rag.ErrQuestionTooLong, "问题太长了，请缩短到想知道的那一点。"},
	} {
		if errors.Is(err, known.err) {
			return known.chinese
		}
	}
	return ""
}
