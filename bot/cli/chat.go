package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// chatTurns is how many earlier turns a question is read with.
const chatTurns = 10

// ErrInterrupted is what a [LineEditor] returns when the user pressed Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// LineEditor asks the user for a line. At the end of the input it returns io.EOF.
type LineEditor interface {
	Prompt(prompt string) (string, error)
	AppendHistory(line string)
}

// Chat is a conversation: follow-ups are read with what was said before.
type Chat struct {
	Chain  api.Chain
	Editor LineEditor
	Out    *Renderer
	// JSON takes each answer as a line of JSON instead of Out; nil: Out.
	JSON io.Writer
	// Stream shows each sentence as soon as it has been verified, for answers
	// that take their time.
	Stream bool
	// Interrupt returns a context that ends when the user interrupts one
	// answer, and what to call when the answer is there. Nil means that
	// answers cannot be interrupted.
	Interrupt func(context.Context) (context.Context, context.CancelFunc)

	history []rag.Turn
	last    *rag.Answer
}

const chatHelp = `Ask a question, or follow up on the last answer. Commands:
  /sources  show the sources of the last answer with their quotes
  /new      begin a new conversation
  /help     show this
  /quit     leave (also Ctrl-D)
`

// Run talks until the user leaves, ctx ends, or the editor fails.
func (c *Chat) Run(ctx context.Context) error {
	if c.JSON == nil {
		fmt.Fprint(c.Out.out, "知问 zhiwen · /help\n")
	}
	for ctx.Err() == nil {
		line, err := c.Editor.Prompt("? ")
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrInterrupted):
			fmt.Fprintln(c.Out.out, "(/quit or Ctrl-D to leave)")
			continue
		case err != nil:
			return fmt.Errorf("read the question: %w", err)
		}
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		c.Editor.AppendHistory(line)
		if strings.HasPrefix(line, "/") {
			if c.command(line) {
				return nil
			}
			continue
		}
		err = c.ask(ctx, line)
		switch {
		case err != nil && c.JSON != nil:
			if err := api.Write(c.JSON, api.Failure{Question: line, Error: err.Error()}); err != nil {
				return fmt.Errorf("write the answer: %w", err)
			}
		case err != nil:
			fmt.Fprintf(c.Out.out, "%v\n", err)
		}
		if c.JSON == nil {
			fmt.Fprintln(c.Out.out)
		}
	}
	return ctx.Err()
}

// command runs a line that begins with "/" and says whether to leave.
func (c *Chat) command(line string) (quit bool) {
	switch strings.Fields(line)[0] {
	case "/quit", "/exit", "/q":
		return true
	case "/help", "/?":
		fmt.Fprint(c.Out.out, chatHelp)
	case "/new":
		c.history, c.last = nil, nil
		fmt.Fprintln(c.Out.out, "(new conversation)")
	case "/sources":
		if c.last == nil || len(c.last.Citations) == 0 {
			fmt.Fprintln(c.Out.out, "(the last answer has no sources)")
			break
		}
		c.Out.Sources(*c.last)
	default:
		fmt.Fprintf(c.Out.out, "There is no command %q; /help shows those there are.\n", line)
	}
	return false
}

func (c *Chat) ask(ctx context.Context, line string) error {
	text, err := api.CleanQuestion(line)
	if err != nil {
		return err
	}
	if c.Interrupt != nil {
		var stop context.CancelFunc
		ctx, stop = c.Interrupt(ctx)
		defer stop()
	}
	var o rag.AnswerOptions
	streaming := c.Stream && c.JSON == nil
	if streaming {
		o.OnSentence = c.Out.Sentence
	}
	a, err := c.Chain.Answer(ctx, rag.Question{Text: text, History: c.history}, o)
	if streaming {
		c.Out.End()
	}
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	if err != nil {
		return fmt.Errorf("answer the question: %w", err)
	}
	if a.Mode != rag.ModeTalk || a.Question != "" { // thanks, and objections that get no quotes, leave the last answer
		c.last = &a
	}
	c.history = append(c.history, a.Turn(line))
	if len(c.history) > chatTurns {
		c.history = c.history[len(c.history)-chatTurns:]
	}
	switch {
	case c.JSON != nil:
		doc := api.NewAnswer(a, line)
		doc.Link(c.Out.Links)
		return api.Write(c.JSON, doc)
	case streaming:
		c.Out.BriefRest(a)
	default:
		c.Out.Brief(a)
	}
	return nil
}
