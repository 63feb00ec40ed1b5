package cache

import "testing"

type text struct{ bytes int }

func (t *text) Size() int { return t.bytes }

func TestCacheIsBounded(t *testing.T) {
	c := Cache[*text]{Bytes: 10}
	c.Put("a", &text{4})
	c.Put("a", &text{6}) // in its place
	c.Put("b", &text{4})
	if c.Get("a") == nil || c.Get("b") == nil {
		t.Error("what fits is not kept")
	}
	last := &text{8}
	c.Put("c", last)
	if c.Get("c") != last || c.Get("a") != nil || c.Get("b") != nil {
		t.Error("what came last has to stay, and the others have to go")
	}
	if c.Clear(); c.Get("c") != nil {
		t.Error("something is kept after Clear")
	}
}
