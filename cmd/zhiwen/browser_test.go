package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium returns the browser's program.
func chromium(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("takes its time")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("ZHIWEN_REQUIRE_BROWSER") == "1" {
		t.Fatal("no chromium")
	}
	t.Skip("needs chromium")
	return ""
}

// axe returns the accessibility checker, which scripts/judges installs.
func axe(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(judgesDir(t), "lib", "*", "site-packages", "axe_playwright_python", "axe.min.js"))
	if len(found) == 0 {
		if os.Getenv("ZHIWEN_REQUIRE_BROWSER") == "1" {
			t.Fatal("axe is missing: run scripts/judges")
		}
		t.Skip("needs axe: run scripts/judges")
	}
	raw, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// browser drives pages in a browser and collects what it complains about.
type browser struct {
	t   *testing.T
	ctx context.Context
	axe string
	// pictures are worth keeping of this one.
	pictures bool

	mu         sync.Mutex
	complaints []string
}

func newBrowser(t *testing.T, program, axe string) *browser {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.Flag("force-prefers-reduced-motion", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, axe: axe}
	chromedp.ListenTarget(ctx, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			b.complaints = append(b.complaints, e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if e.Entry.Level == log.LevelError {
				b.complaints = append(b.complaints, e.Entry.Text)
			}
		}
	})
	if err := chromedp.Run(ctx, log.Enable()); err != nil { // the browser lives as long as this context
		t.Fatal(err)
	}
	return b
}

// do carries actions out within a time.
func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.t.Fatalf("%v; the browser says %q", err, b.complaints)
	}
}

func (b *browser) text(selector string) (text string) {
	b.t.Helper()
	b.do(chromedp.Text(selector, &text, chromedp.ByQuery))
	return text
}

// value evaluates an expression.
func value[T any](b *browser, expression string) (v T) {
	b.t.Helper()
	b.do(chromedp.Evaluate(expression, &v, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return v
}

// check holds the page against the accessibility rules.
func (b *browser) check(what string) {
	b.t.Helper()
	b.do(chromedp.Evaluate(b.axe+";0", nil))
	for _, found := range value[[]string](b, `axe.run(document).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join("; ")))`) {
		b.t.Errorf("%s: %s", what, found)
	}
}

// screenshots is the folder for pictures of pages; "": nobody wants any.
var screenshots = os.Getenv("ZHIWEN_SCREENSHOTS")

// shoot keeps a picture of the page, where somebody asked for pictures.
func (b *browser) shoot(name string) {
	b.t.Helper()
	if screenshots == "" || !b.pictures {
		return
	}
	var png []byte
	b.do(chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(screenshots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// screen sets the size and colours of the device.
func (b *browser) screen(width, height int64, phone bool, scheme string) {
	b.t.Helper()
	options := []chromedp.EmulateViewportOption{}
	if phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.do(chromedp.EmulateViewport(width, height, options...), emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

const answered = `.turn:last-of-type .sources li`

// A person asks, reads the quote behind a marker, follows it to the source and
// comes back: on a desktop and a phone, in both languages, light and dark, by
// mouse, by keyboard and by touch; the accessibility rules hold on every page
// and the browser has nothing to complain about.
func TestPageInABrowser(t *testing.T) {
	program, rules := chromium(t), axe(t)
	isolate(t)
	base := startServer(t, shippedStore(t))
	for _, c := range []struct {
		name, lang, scheme, question string
		width, height                int64
		phone, pictures              bool
	}{
		{"desktop-zh-light", "zh", "light", "2021智博会签约多少项目", 1100, 800, false, true},
		{"phone-en-dark", "en", "dark", "How many exhibitors did the 2021 expo have", 390, 780, true, true},
		{"phone-zh-light", "zh", "light", "签约的数字经济类项目有几个，投资多少", 360, 740, true, false},
		{"desktop-en-dark", "en", "dark", "2021智博会签约多少项目", 1100, 800, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBrowser(t, program, rules)
			b.pictures = c.pictures
			b.screen(c.width, c.height, c.phone, c.scheme)
			b.do(chromedp.Navigate(base+"/?lang="+c.lang), chromedp.WaitVisible("#question", chromedp.ByQuery))
			b.check("home")
			b.do(chromedp.SendKeys("#question", c.question, chromedp.ByQuery), enter, chromedp.WaitVisible(answered, chromedp.ByQuery))
			b.check("answer")
			if left := value[string](b, `document.getElementById("question").value`); left != "" {
				t.Errorf("asked, and %q is left to be asked", left)
			}
			if got := b.text(".turn h2"); got != c.question {
				t.Errorf("the question above the answer is %q", got)
			}

			// The quote behind the first marker.
			switch {
			case c.phone:
				value[bool](b, `document.querySelector(".marker").scrollIntoView({block: "center"}), true`)
				b.do(tap(b, ".marker"))
			case c.scheme == "light":
				at := value[[]float64](b, `(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector(".marker").getBoundingClientRect())`)
				b.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
			default:
				b.do(chromedp.Focus(".marker", chromedp.ByQuery))
			}
			b.do(chromedp.WaitVisible("#quote", chromedp.ByQuery))
			quoted := value[string](b, `document.querySelector(".marker").dataset.quote`)
			if got := b.text("#quote div"); quoted == "" || got != strings.TrimSpace(quoted) {
				t.Errorf("the quote shown is %q, of %q", got, quoted)
			}
			if !value[bool](b, `(r => r.left >= 0 && r.right <= document.documentElement.clientWidth)(document.getElementById("quote").getBoundingClientRect())`) {
				t.Error("the quote leaves the screen")
			}
			b.check("quote")
			b.shoot(c.name)
			b.do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible("#quote", chromedp.ByQuery))

			// The source, with the very words marked, and the way back.
			b.do(chromedp.Focus(".marker", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("article.source mark", chromedp.ByQuery))
			b.check("source")
			b.shoot(c.name + "-source")
			if got := value[string](b, `[...document.querySelectorAll("mark")].map(m => m.textContent).join("\n")`); got != quoted {
				t.Errorf("marked is %q, quoted was %q", got, quoted)
			}
			if !value[bool](b, `(r => r.top >= 0 && r.top < innerHeight)(document.querySelector("mark").getBoundingClientRect())`) {
				t.Error("the marked words are out of sight")
			}
			b.do(chromedp.Click("a.back", chromedp.ByQuery), chromedp.WaitVisible(answered, chromedp.ByQuery))
			if got := b.text(".turn h2"); got != c.question {
				t.Errorf("back at %q", got)
			}

			// What was asked is remembered, and forgotten when told so.
			b.do(chromedp.Navigate(base+"/"), chromedp.WaitVisible("#past li button", chromedp.ByQuery))
			b.do(chromedp.Click("#fresh", chromedp.ByQuery), chromedp.WaitNotPresent(".turn", chromedp.ByQuery))
			b.do(chromedp.Click("#past li button", chromedp.ByQuery), chromedp.WaitVisible(answered, chromedp.ByQuery))
			b.check("history")
			b.do(chromedp.Click("#forget", chromedp.ByQuery), chromedp.WaitNotVisible("#past", chromedp.ByQuery), chromedp.WaitNotPresent(".turn", chromedp.ByQuery))

			b.do(chromedp.Navigate(base+"/articles?year=2021"), chromedp.WaitVisible(".articles li", chromedp.ByQuery))
			b.check("collection")
			b.shoot(c.name + "-articles")
			if value[bool](b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Error("the page is wider than the screen")
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			if len(b.complaints) > 0 {
				t.Errorf("the browser complains: %q", b.complaints)
			}
		})
	}
}

// A follow-up is read with what was asked before, a refusal is shown as an
// answer, and an error of the server's is told.
func TestPageConversation(t *testing.T) {
	program, rules := chromium(t), axe(t)
	isolate(t)
	base := startServer(t, shippedStore(t))
	b := newBrowser(t, program, rules)
	b.screen(900, 800, false, "light")
	ask := func(question string, n int) string {
		b.do(chromedp.SendKeys("#question", question, chromedp.ByQuery), enter, chromedp.WaitVisible(fmt.Sprintf(".turn:nth-of-type(%d) .text p", n), chromedp.ByQuery), chromedp.WaitVisible("#send", chromedp.ByQuery))
		return b.text(fmt.Sprintf(".turn:nth-of-type(%d)", n))
	}
	b.do(chromedp.Navigate(base+"/"), chromedp.WaitVisible("#question", chromedp.ByQuery))
	for i, c := range []struct{ question, want string }{{"2021智博会签约多少项目", "92个"}, {"那数字经济类呢？", "20个"}, {"2023年智博会签约多少项目", "没有 2023 年"}} {
		if got := ask(c.question, i+1); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.question, got)
		}
	}
	b.check("conversation")
}

// The key that takes a word of an input method asks nothing yet, also where the browser
// says of it only that it was the input method's.
func TestPageWithAnInputMethod(t *testing.T) {
	program, rules := chromium(t), axe(t)
	isolate(t)
	base := startServer(t, shippedStore(t))
	b := newBrowser(t, program, rules)
	b.do(chromedp.Navigate(base+"/"), chromedp.WaitVisible("#question", chromedp.ByQuery))
	for _, c := range []struct {
		key   string
		turns int
	}{{"isComposing: true", 0}, {"keyCode: 229", 0}, {"keyCode: 13", 1}} {
		turns := value[int](b, fmt.Sprintf(`(q => {
			q.value = "签约";
			q.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", cancelable: true, bubbles: true, %s}));
			return document.querySelectorAll(".turn").length;
		})(document.getElementById("question"))`, c.key))
		if turns != c.turns {
			t.Errorf("Enter with %s: %d questions", c.key, turns)
		}
	}
}

// enter is the key as a keyboard sends it: what comes of it depends on the page. The one
// of chromedp breaks the line whatever the page makes of the key.
var enter = chromedp.ActionFunc(func(ctx context.Context) error {
	for _, kind := range []input.KeyType{input.KeyRawDown, input.KeyChar, input.KeyUp} {
		key := input.DispatchKeyEvent(kind).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13)
		if kind == input.KeyChar {
			key = key.WithText("\r")
		}
		if err := key.Do(ctx); err != nil {
			return err
		}
	}
	return nil
})

// tap touches the middle of an element.
func tap(b *browser, selector string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		at := []float64{}
		if err := chromedp.Evaluate(fmt.Sprintf(`(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector(%q).getBoundingClientRect())`, selector), &at).Do(ctx); err != nil {
			return err
		}
		return touch(ctx, at[0], at[1])
	})
}

func touch(ctx context.Context, x, y float64) error {
	if err := input.DispatchTouchEvent(input.TouchStart, []*input.TouchPoint{{X: x, Y: y}}).Do(ctx); err != nil {
		return err
	}
	return input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}).Do(ctx)
}
