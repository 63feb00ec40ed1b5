package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// plainEvery is the least time between two lines of progress that go to
// something other than a terminal.
const plainEvery = 10 * time.Second

// Progress shows how far a long task is: a bar on a terminal, a line now and
// then elsewhere. It is not safe for use by several goroutines.
type Progress struct {
	out   io.Writer
	label string
	bar   *progressbar.ProgressBar
	tty   bool
	last  time.Time
}

// NewProgress shows progress on out, beginning each line with label.
func NewProgress(out io.Writer, label string) *Progress {
	f, ok := out.(*os.File)
	return &Progress{out: out, label: label, tty: ok && term.IsTerminal(int(f.Fd())), last: time.Now()}
}

// Update shows that done of total are ready.
func (p *Progress) Update(done, total int) {
	if total <= 0 {
		return
	}
	if !p.tty {
		if done < total && time.Since(p.last) >= plainEvery {
			p.last = time.Now()
			fmt.Fprintf(p.out, "%s %d/%d\n", p.label, done, total)
		}
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.out),
			progressbar.OptionSetDescription(p.label),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(50*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	p.bar.ChangeMax(total)
	_ = p.bar.Set(done) // a bar that cannot be drawn must not stop the work
}

// Finish clears the bar, so that what follows begins on a line of its own.
func (p *Progress) Finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}
