package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"zhiwen/bot"
	"zhiwen/bot/api"
	"zhiwen/bot/slack"
	"zhiwen/config"
	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

func (a *app) slackCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "slack",
		Short: "Answer in Slack",
		Long: `Runs the Slack app: it answers mentions, direct messages, follow-ups in threads
and the slash command. It needs a bot token and, for socket mode, an app token,
or, for http mode, the signing secret; they stand in the environment
(ZHIWEN_SLACK_BOT_TOKEN, …) or in files (slack.bot_token_file, …), see
'zhiwen help settings'. --check says what is missing and changes nothing.

While it runs it follows what the setting 'sources' names, see docs/sources.md.
SIGHUP reads the settings again: log.level and sources change at once, the others
at the next start; those that were changed and wait for it are named. Settings with
a mistake change nothing, which is said.`,
		Example: `  zhiwen slack --check
  zhiwen slack
  ZHIWEN_SLACK_MODE=http zhiwen slack`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if check {
				return a.checkSlack(cmd.Context())
			}
			return a.slack(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "say what is missing in tokens, scopes and settings, and end")
	return cmd
}

// slackConfig hands the settings to the adapter.
func (a *app) slackConfig() (slack.Config, error) {
	c := a.cfg.Slack
	policies, err := slack.ParsePolicies(c.ChannelPolicies)
	if err != nil {
		return slack.Config{}, usage("slack.channel_policies: %w", err)
	}
	if c.APIURL != "" && !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/" // method names are appended as they are
	}
	return slack.Config{
		BotToken:      string(c.BotToken),
		AppToken:      string(c.AppToken),
		SigningSecret: string(c.SigningSecret),
		Mode:          slack.Mode(c.Mode),
		Listen:        c.Listen,
		APIURL:        c.APIURL,
		Channels:      c.AllowChannels,
		Users:         c.AllowUsers,
		Teams:         c.AllowTeams,
		Admins:        c.Admins,
		Links:         a.links(),
		NoFollowUps:   !c.FollowThreads,
		AskGroup:      c.AskGroup,
		AskChannel:    c.AskChannel,
		KeepAnswers:   c.KeepAnswers,
		KeepFeedback:  c.KeepFeedback,
		RatePerMinute: c.RatePerMinute,
		Policy:        slack.Policy(c.Policy),
		Policies:      policies,
		Queue:         bot.QueueOptions{Workers: c.Workers, Queued: c.QueueSize, PerUser: c.PerUser},
	}, nil
}

// answerer gives the chat adapters the chain in the form that they declare.
type answerer struct{ chain api.Chain }

func (w answerer) Answer(ctx context.Context, q rag.Question, onSentence bot.OnSentence) (rag.Answer, error) {
	var o rag.AnswerOptions
	if onSentence != nil {
		o.OnSentence = onSentence
	}
	return w.chain.Answer(ctx, q, o)
}

func (a *app) slack(ctx context.Context) error {
	p, err := a.openParts(ctx, readWrite)
	if err != nil {
		return err
	}
	defer p.Close()
	settings, err := a.slackConfig()
	if err != nil {
		return err
	}
	unlock, err := a.onlyBot()
	if err != nil {
		return err
	}
	defer unlock()
	folder, err := a.bots(ctx, p, readWrite)
	if err != nil {
		return err
	}
	db := folder.DB()
	if err := bot.Migrate(ctx, db); err != nil {
		return err
	}
	watch, err := newWatch(a.cfg.Store.Dir, p.store)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(watch, newFreshnessMetrics(db, &a.sources), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := otelprom.New(otelprom.WithRegisterer(registry))
	if err != nil {
		return fmt.Errorf("set up metrics: %w", err)
	}
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter))
	defer meters.Shutdown(context.WithoutCancel(ctx))
	options := bot.HandlerOptions{
		Memory: bot.MemoryOptions{Expiry: a.cfg.Slack.MemoryExpiry},
		Log:    a.log,
	}
	if p.model != nil { // a model that hangs must not keep the sources back
		extractive := *p.core
		extractive.Model, extractive.Condenser = nil, nil
		options.Fallback = answerer{&extractive}
	}
	b, err := slack.New(settings, slack.Parts{
		Handler: bot.NewHandler(answerer{p.chain}, db, options),
		DB:      db,
		Catalog: p.store.Catalog,
		Sources: func(ctx context.Context) ([]api.SourceStatus, error) {
			return freshness(ctx, folder.DB(), a.sources.get())
		},
		Reload: func(ctx context.Context) error {
			_, err := p.store.Refresh(ctx)
			return err
		},
		Ready: watch.ready,
		Meter: meters.Meter("zhiwen"),
		Log:   a.log,
	})
	if err != nil {
		return &exitError{exitUsage, err}
	}
	stop, err := serveOps(a.cfg.Slack.MetricsListen, b.Ops(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
	if err != nil {
		return err
	}
	defer stop()
	go p.follow(ctx, a.log)
	followed := a.startFollowing(ctx, p.embedder)
	defer followed.stop()
	defer a.reloadOnHangup(slackWaits, func(cfg config.Config) string { return followed.change(cfg.Sources) })()
	a.note("zhiwen: connecting to Slack (Ctrl-C ends it)")
	return b.Run(ctx)
}

// onlyBot makes this process the one that answers from the inbox of the store:
// two of them would answer everything twice. The lock ends with the process,
// however it ends.
func (a *app) onlyBot() (unlock func(), err error) {
	lock := flock.New(filepath.Join(a.cfg.Store.Dir, "inbox.lock"))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the inbox: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("another zhiwen slack answers from the store %s; end it first, or name another store with --store", a.cfg.Store.Dir)
	}
	return func() { _ = lock.Unlock() }, nil
}

// serveOps serves the handler on an address of its own until stop is called;
// an empty address serves nothing.
func serveOps(listen string, h http.Handler) (stop func(), err error) {
	if listen == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s for /metrics: %w; choose another slack.metrics_listen, or an empty one for none", listen, err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	return func() { server.Close() }, nil
}

// checkSlack tells what is missing; what it finds missing is exit status 1.
func (a *app) checkSlack(ctx context.Context) error {
	if err := a.load(); err != nil {
		return err
	}
	settings, err := a.slackConfig()
	if err != nil {
		return err
	}
	findings, err := slack.Check(ctx, settings)
	if err != nil {
		return err
	}
	return a.printFindings(findings)
}

// printFindings writes what the check found; an error among it is exit status 1.
func (a *app) printFindings(findings []slack.Finding) error {
	type document struct {
		Level slack.Level `json:"level"`
		What  string      `json:"what"`
		Do    string      `json:"do,omitempty"`
	}
	documents := make([]document, 0, len(findings))
	failed := 0
	for _, f := range findings {
		documents = append(documents, document(f))
		if f.Level == slack.LevelError {
			failed++
		}
	}
	if a.json {
		if err := api.Write(a.out, documents); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Fprintf(a.out, "%-8s %s\n", f.Level, zhtext.Clean(f.What))
			if f.Do != "" {
				fmt.Fprintf(a.out, "         → %s\n", zhtext.Clean(f.Do))
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of these keep the Slack app from working", failed)
	}
	return nil
}

// slackWaits tells which settings the app goes by as they were when it started. Of the
// server's it knows the address that its links begin with.
func slackWaits(name string) bool {
	return !live(name) && (name == "serve.public_url" || !strings.HasPrefix(name, "serve."))
}
