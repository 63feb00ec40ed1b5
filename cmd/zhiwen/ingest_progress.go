package main

import (
	"io"
	"path/filepath"
	"time"

	"github.com/mattn/go-runewidth"

	"zhiwen/bot/cli"
)

const (
	// largeAfter is how long a file is read before its own progress is shown.
	largeAfter = time.Second
	// showEvery is the least time between two steps that are shown: some files have
	// half a million rows.
	showEvery = 100 * time.Millisecond
	// nameCells is how much of a file's name is shown beside it.
	nameCells = 40
)

// readingProgress shows how far reading is: of many files how many, and how far
// inside one that takes long.
type readingProgress struct {
	out   io.Writer
	files *cli.Progress
	name  string
	began time.Time     // of the file
	large *cli.Progress // of the file, nil before largeAfter
	unit  string
	shown time.Time
}

func (a *app) showReading() *readingProgress {
	return &readingProgress{out: a.err, files: cli.NewProgress(a.err, "files")}
}

// next says that a file is read now, and how many have been.
func (p *readingProgress) next(path string, done, total int) {
	p.endLarge()
	p.name, p.began = runewidth.Truncate(cli.Escape(filepath.Base(path)), nameCells, "…"), time.Now()
	if total > 1 {
		p.files.Update(done, total)
	}
}

// within says how far the file is read.
func (p *readingProgress) within(unit string, done, total int) {
	now := time.Now()
	if p.large == nil && now.Sub(p.began) < largeAfter || now.Sub(p.shown) < showEvery {
		return
	}
	p.shown = now
	if p.large == nil || unit != p.unit {
		p.endLarge()
		p.files.Finish()
		p.large, p.unit = cli.NewProgress(p.out, p.name+": "+unit), unit
	}
	p.large.Update(done, total)
}

func (p *readingProgress) endLarge() {
	if p.large != nil {
		p.large.Finish()
		p.large = nil
	}
}

func (p *readingProgress) finish() {
	p.endLarge()
	p.files.Finish()
}
