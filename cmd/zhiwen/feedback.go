package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot"
)

func (a *app) feedbackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "feedback",
		Short: "Work with the votes that readers gave answers",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var vote, since string
	export := &cobra.Command{
		Use:   "export",
		Short: "Write the votes as evaluation questions",
		Long: `Writes what readers voted on, one JSON object a line, in the form that
'zhiwen eval --questions' reads: an answer voted up becomes a question that
expects its cited facts again, one voted down a question to be looked at.`,
		Example: `  zhiwen feedback export > feedback.jsonl
  zhiwen feedback export --vote down --since 2025-09-01`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var o bot.ExportOptions
			switch vote {
			case "":
			case "up", "down":
				o.Vote = bot.Vote(vote)
			default:
				return usage("--vote is %q; it must be up or down", vote)
			}
			if since != "" {
				day, err := time.ParseInLocation(time.DateOnly, since, time.Local)
				if err != nil {
					return usage("--since is %q; it must be a day such as 2025-09-01", since)
				}
				o.Since = day
			}
			return a.exportFeedback(cmd.Context(), o)
		},
	}
	export.Flags().StringVar(&vote, "vote", "", "only these: up or down")
	export.Flags().StringVar(&since, "since", "", "only votes from this `day` on")
	cmd.AddCommand(export)
	return cmd
}

func (a *app) exportFeedback(ctx context.Context, o bot.ExportOptions) error {
	if err := a.load(); err != nil {
		return err
	}
	store, err := a.openFolder(ctx, readOnly)
	if err != nil {
		return err
	}
	defer store.Close()
	// A store that no bot has used yet has no votes, and no tables for them.
	var tables int
	if err := store.DB().QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'bot_feedback'").Scan(&tables); err != nil {
		return errors.Join(errors.New("read the votes"), err)
	}
	n := 0
	if tables > 0 {
		if n, err = bot.NewFeedback(store.DB()).Export(ctx, a.out, o); err != nil {
			return err
		}
	}
	a.note("%d votes written", n)
	return nil
}
