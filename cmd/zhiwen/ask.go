package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/rag"
)

func (a *app) askCommand() *cobra.Command {
	var batch string
	var explain bool
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Answer a question with its sources",
		Long: `Answers a question from the articles in the store, with the verbatim sentence
behind every claim. Where the articles do not answer it, it says so and what they
do cover; that is an answer too, and the exit status is 0.

With --batch it reads many questions, one a line: the plain question, or a JSON
object with "id", "user_input" and, for a follow-up, "history" (a list of earlier
questions, or of objects with "question" and "answer"). It writes one JSON object
a line in the same order. A line that holds no question gives an object with
"error", the lines after it go on, and the exit status is 1 in the end.`,
		Example: `  zhiwen ask 2021年签约了多少项目
  zhiwen ask --json "投资总额是多少" | jq -r .answer
  zhiwen ask --explain "谁出席了开幕式"
  zhiwen ask --batch questions.txt > answers.jsonl
  echo '{"id": "a1", "user_input": "那2025年呢", "history": ["2021年签约多少"]}' | zhiwen ask --batch -`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case batch == "" && len(args) == 0:
				return usage("ask needs a question, or --batch FILE")
			case batch != "" && len(args) > 0:
				return usage("ask takes a question or --batch, not both")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if batch != "" {
				return a.batch(cmd.Context(), batch, func(ctx context.Context, chain api.Chain, r api.Request) (any, error) {
					doc, err := api.Ask(ctx, chain, r, rag.AnswerOptions{Explain: explain})
					doc.Link(a.links())
					return doc, err
				})
			}
			return a.ask(cmd.Context(), args, explain)
		},
	}
	cmd.Flags().StringVar(&batch, "batch", "", "read questions from `file`, - for the standard input")
	cmd.Flags().BoolVar(&explain, "explain", false, "show how the answer came about: hits, claims, verdicts")
	return cmd
}

func (a *app) ask(ctx context.Context, args []string, explain bool) error {
	text, err := question(args)
	if err != nil {
		return err
	}
	p, err := a.openParts(ctx, readOnly)
	if err != nil {
		return err
	}
	defer p.Close()
	options := rag.AnswerOptions{Explain: explain}
	out := a.renderer()
	streaming := p.model != nil && !a.json // the others are there at once
	if streaming {
		options.OnSentence = out.Sentence
	}
	doc, err := api.Ask(ctx, p.chain, api.Request{Question: text}, options)
	if streaming {
		out.End()
	}
	if err != nil {
		return fmt.Errorf("answer the question: %w", err)
	}
	doc.Link(out.Links)
	switch {
	case a.json:
		return api.Write(a.out, doc)
	case streaming:
		out.Rest(doc.Answer)
	default:
		out.Answer(doc.Answer)
	}
	if explain {
		out.Trace(doc.Answer)
	}
	return nil
}

// batch answers every question of a file, a line of JSON each, in order.
func (a *app) batch(ctx context.Context, path string, answer func(context.Context, api.Chain, api.Request) (any, error)) error {
	in, err := a.openInput(path)
	if err != nil {
		return err
	}
	defer in.Close()
	p, err := a.openParts(ctx, readOnly)
	if err != nil {
		return err
	}
	defer p.Close()
	asked, failed := 0, 0
	for item := range cli.ReadRequests(in) {
		if item.Err != nil && !errors.Is(item.Err, api.ErrBadRequest) {
			return item.Err
		}
		asked++
		doc, err := any(nil), item.Err
		if err == nil {
			doc, err = answer(ctx, p.chain, item.Request)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed++
			a.note("zhiwen: line %d: %v", item.Line, err)
			doc = api.Failure{ID: item.Request.ID, Question: item.Request.Question, Error: err.Error()}
		}
		if err := api.Write(a.out, doc); err != nil {
			return fmt.Errorf("write the answers: %w", err)
		}
	}
	if asked == 0 {
		a.note("zhiwen: there is no question in %s; write one a line", path)
	}
	if failed > 0 {
		return fmt.Errorf("%d of the questions could not be answered; see the lines above", failed)
	}
	return nil
}
