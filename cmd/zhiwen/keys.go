package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhiwen/bot"
	"zhiwen/bot/api"
)

func (a *app) keysCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Manage the keys that programs ask the HTTP server with",
		Long: `Manages the keys of 'zhiwen serve'. A program sends its key with each request, as
"Authorization: Bearer KEY"; a person enters it once on the page. The store keeps
only digests of keys. What is added or revoked counts from the next request on.`,
		Example: `  zhiwen keys add dify
  zhiwen keys list
  zhiwen keys revoke dify`,
		Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:     "add NAME",
			Short:   "Make a key and show it, once",
			Example: "  zhiwen keys add dify",
			Args:    oneName,
			RunE:    func(cmd *cobra.Command, args []string) error { return a.addKey(cmd.Context(), args[0]) },
		},
		&cobra.Command{
			Use:     "list",
			Short:   "List the names of the keys",
			Example: "  zhiwen keys list --json",
			Args:    noArgs,
			RunE:    func(cmd *cobra.Command, _ []string) error { return a.listKeys(cmd.Context()) },
		},
		&cobra.Command{
			Use:     "revoke NAME",
			Short:   "Make a key useless",
			Example: "  zhiwen keys revoke dify",
			Args:    oneName,
			RunE:    func(cmd *cobra.Command, args []string) error { return a.revokeKey(cmd.Context(), args[0]) },
		},
	)
	return cmd
}

// noCommand refuses what should have been one of the subcommands.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
		}
		return usage("there is no command %q below %s; there are %s", args[0], cmd.Name(), strings.Join(names, ", "))
	}
	return nil
}

func oneName(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("%s needs one name, such as the program's that will use the key", cmd.Name())
	}
	return nil
}

// withKeys opens the store and runs f on its keys.
func (a *app) withKeys(ctx context.Context, how access, f func(*bot.Keys) error) error {
	if err := a.load(); err != nil {
		return err
	}
	store, err := a.openFolder(ctx, how)
	if err != nil {
		return err
	}
	defer store.Close()
	if how == readWrite {
		if err := bot.Migrate(ctx, store.DB()); err != nil {
			return err
		}
	}
	return f(bot.NewKeys(store.DB()))
}

func (a *app) addKey(ctx context.Context, name string) error {
	return a.withKeys(ctx, readWrite, func(keys *bot.Keys) error {
		key, err := keys.Add(ctx, name)
		switch {
		case errors.Is(err, bot.ErrKeyTaken):
			return fmt.Errorf("%w; choose another name, or revoke that key first", err)
		case errors.Is(err, bot.ErrKeyName):
			return &exitError{exitUsage, err}
		case err != nil:
			return err
		}
		if a.json {
			return api.Write(a.out, map[string]string{"name": name, "key": key})
		}
		fmt.Fprintln(a.out, key)
		a.note("This is the only time that the key is shown; only its digest is kept.")
		return nil
	})
}

func (a *app) listKeys(ctx context.Context) error {
	return a.withKeys(ctx, readOnly, func(keys *bot.Keys) error {
		list, err := keys.List(ctx)
		if err != nil {
			return err
		}
		if a.json {
			return api.Write(a.out, list)
		}
		for _, key := range list {
			fmt.Fprintf(a.out, "%s  %s\n", key.Created.Local().Format(time.DateTime), key.Name)
		}
		if len(list) == 0 {
			a.note("There are no keys. zhiwen keys add NAME makes one.")
		}
		return nil
	})
}

func (a *app) revokeKey(ctx context.Context, name string) error {
	return a.withKeys(ctx, readWrite, func(keys *bot.Keys) error {
		err := keys.Revoke(ctx, name)
		if errors.Is(err, bot.ErrNoKey) {
			return fmt.Errorf("%w; zhiwen keys list shows those there are", err)
		}
		if err == nil {
			a.note("The key %s is revoked.", name)
		}
		return err
	})
}
