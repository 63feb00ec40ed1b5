package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/spf13/cobra"

	"zhiwen/bot/cli"
)

func (a *app) chatCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "chat",
		Short: "Ask questions and follow-ups in a conversation",
		Long: `Opens a conversation. A follow-up ("那2025年呢") is read with what was asked before.
/sources shows the quotes behind the last answer, /new begins anew, /help shows
all commands, /quit or Ctrl-D leaves. Ctrl-C stops an answer. With --json each
question gets a line of JSON as from ask.`,
		Example:     "  zhiwen chat\n  printf '2021年签约了多少项目\\n那2025年呢\\n' | zhiwen chat",
		Args:        noArgs,
		Annotations: map[string]string{ownSignals: "yes"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return a.chat(cmd.Context()) },
	}
}

func (a *app) chat(ctx context.Context) error {
	p, err := a.openParts(ctx, readOnly)
	if err != nil {
		return err
	}
	defer p.Close()
	chat := cli.Chat{
		Chain:  p.chain,
		Out:    a.renderer(),
		Stream: p.model != nil,
		Interrupt: func(ctx context.Context) (context.Context, context.CancelFunc) {
			return signal.NotifyContext(ctx, os.Interrupt)
		},
	}
	if a.json {
		chat.JSON = a.out
	}
	if !isTerminal(a.in) || a.json {
		chat.Editor = cli.NewPlainEditor(a.in)
		return chat.Run(ctx)
	}
	editor := cli.NewTerminalEditor(filepath.Join(a.cfg.Store.Dir, "chat_history"))
	chat.Editor = editor
	err = chat.Run(ctx)
	if cerr := editor.Close(); cerr != nil {
		a.note("zhiwen: %v", cerr)
	}
	return err
}
