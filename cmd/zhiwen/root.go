package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/config"
)

// streams are where a command reads and writes. Data goes to out, everything
// else (progress, logs, errors) to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// app is what all subcommands share: the streams, the global flags and, once
// one of them has started, the configuration.
type app struct {
	streams
	configFile string
	storeDir   string
	logLevel   string
	json       bool
	// keptAnswers is a file of language model answers that eval replays.
	keptAnswers string
	// thorough reads and compares all that a fit of the calibration needs.
	thorough bool

	cfg   config.Config
	log   *slog.Logger
	level slog.LevelVar // of log; serve changes it while it runs
	// sources are those of cfg until a running program is told of others.
	sources sourceList
}

// exitError ends the program with a status of its own. A nil err says nothing.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage marks an error as one of the person at the keyboard.
func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// run is the whole program.
func run(ctx context.Context, args []string, s streams) (status int) {
	out, written := checked(s.out)
	s.out = out
	a := &app{streams: s}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(s.err, "zhiwen: internal error: %v; please report it with the command that you ran\n", p)
			if a.log != nil {
				a.log.Debug("internal error", "stack", string(debug.Stack()))
			}
			status = exitFailed
		}
	}()
	root := a.rootCommand()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if werr := written(); err == nil && werr != nil {
		err = fmt.Errorf("write the output: %w; is the disk full?", werr)
	}
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(s.err, "zhiwen: interrupted")
		return exitFailed
	}
	exit := &exitError{status: exitFailed, err: err}
	errors.As(err, &exit)
	if exit.err != nil {
		a.note("zhiwen: %s", plain(err))
	}
	if exit.status == exitUsage && exit.err != nil {
		fmt.Fprintf(s.err, "Run '%s --help' for how to use it.\n", cmd.CommandPath())
	}
	return exit.status
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "zhiwen",
		Short: "Answers over articles, every claim shown with the sentence it rests on",
		Long: `zhiwen (知问) answers questions over articles, mostly Chinese ones. Every claim
of an answer has been checked against its source and is shown with it: title,
date, paragraph and the verbatim sentence. It works offline; with a language
model the answers are worded freely and checked in the same way.

Settings come from the config file, the environment and the command line; see
'zhiwen help settings'.`,
		Example: `  zhiwen ingest articles/
  zhiwen ask 2021年签约了多少项目
  zhiwen ask --json "谁主持了开幕式" | jq .citations
  zhiwen chat`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := ""
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = fmt.Sprintf("; did you mean %q?", near[0])
			}
			return usage("there is no command %q%s", args[0], hint)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Annotations[ownSignals] == "" {
				cmd.SetContext(interruptible(cmd.Context()))
			}
			return nil
		},
	}
	root.SuggestionsMinimumDistance = 3
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(flagError)
	flags := root.PersistentFlags()
	flags.StringVar(&a.configFile, "config", "", "config `file` (YAML)")
	flags.StringVar(&a.storeDir, "store", "", "`folder` of the article store")
	flags.BoolVar(&a.json, "json", false, "write JSON to the standard output")
	flags.StringVar(&a.logLevel, "log-level", "", "what to log to the standard error: debug, info, warn or error")
	_ = root.MarkPersistentFlagDirname("store")
	_ = root.MarkPersistentFlagFilename("config", "yaml", "yml")
	root.AddCommand(
		a.ingestCommand(), a.askCommand(), a.searchCommand(), a.chatCommand(),
		a.articlesCommand(), a.showCommand(), a.evalCommand(), a.statusCommand(),
		a.serveCommand(), a.mcpCommand(), a.keysCommand(), a.healthcheckCommand(), a.slackCommand(), a.feedbackCommand(),
		a.doctorCommand(), a.backupCommand(), a.restoreCommand(),
		a.versionCommand(), a.settingsTopic(),
	)
	root.SetHelpCommand(helpCommand())
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			strictCompletion(cmd)
		}
	}
	return root
}

// strictCompletion makes a shell that there is no completion for wrong usage; cobra
// shows the help instead, which a script takes for success.
func strictCompletion(cmd *cobra.Command) {
	cmd.Args = noCommand
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, shell := range cmd.Commands() {
		shell.Args = noArgs
	}
}

// helpCommand is cobra's, except that a topic that does not exist is wrong
// usage.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command or topic",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				hint := ""
				if near := cmd.Root().SuggestionsFor(args[0]); len(near) > 0 {
					hint = fmt.Sprintf("; did you mean %q?", near[0])
				}
				return usage("there is no command or topic %q%s", strings.Join(args, " "), hint)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// ownSignals is the annotation of a command that handles Ctrl-C itself.
const ownSignals = "own-signals"

// interruptible ends the context at the first Ctrl-C or SIGTERM; the second one
// ends the program at once.
func interruptible(ctx context.Context) context.Context {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
}

// settings reads the configuration.
func (a *app) settings() (config.Config, error) {
	flags := map[string]any{}
	if a.storeDir != "" {
		flags["store.dir"] = a.storeDir
	}
	if a.logLevel != "" {
		flags["log.level"] = a.logLevel
	}
	return config.Load(config.Sources{File: a.configFile, Flags: flags})
}

// load reads the configuration; every command but version begins with it.
func (a *app) load() error {
	cfg, err := a.settings()
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if err := a.level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		return usage("log.level: %w", err)
	}
	options := &slog.HandlerOptions{Level: &a.level}
	var handler slog.Handler = slog.NewTextHandler(a.err, options)
	if cfg.Log.Format == "json" {
		handler = slog.NewJSONHandler(a.err, options)
	}
	a.cfg, a.log = cfg, slog.New(handler)
	a.sources.set(cfg.Sources)
	return nil
}

// noArgs refuses arguments as wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no arguments, but got %q", cmd.Name(), args[0])
	}
	return nil
}

// openInput opens a file, or the standard input for "-".
func (a *app) openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.in), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the questions: %w; check the name, or use - for the standard input", err)
	}
	return f, nil
}

// question joins the words of the command line to one question and checks it.
func question(args []string) (string, error) {
	text, err := api.CleanQuestion(strings.Join(args, " "))
	if err != nil {
		return "", &exitError{exitUsage, err}
	}
	return text, nil
}

// links makes the addresses of sources, if there is a server that has them.
func (a *app) links() api.Links { return api.Links{Base: publicURL(a.cfg.Serve)} }

// renderer writes for people, to the standard output.
func (a *app) renderer() *cli.Renderer {
	r := cli.NewRenderer(a.out)
	r.Links = a.links()
	return r
}

// note tells the person at the keyboard something that is not data. Names of
// files and articles may be in it, which can be anything.
func (a *app) note(format string, args ...any) {
	fmt.Fprintln(a.err, cli.Escape(fmt.Sprintf(format, args...)))
}
