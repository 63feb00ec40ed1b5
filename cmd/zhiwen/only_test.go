package main

import (
	"strings"
	"testing"

	"zhiwen/config"
)

// Two processes on one inbox would answer everything twice.
func TestOnlyOneBot(t *testing.T) {
	a, b := &app{}, &app{}
	a.cfg.Store = config.Store{Dir: t.TempDir()}
	b.cfg.Store = a.cfg.Store
	unlock, err := a.onlyBot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.onlyBot(); err == nil || !strings.Contains(err.Error(), "another zhiwen slack") {
		t.Errorf("a second bot: %v", err)
	}
	unlock()
	if unlock, err = b.onlyBot(); err != nil {
		t.Fatal(err)
	}
	unlock()
}
