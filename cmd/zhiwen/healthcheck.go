package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout is how long a running process may take to say how it is.
const healthTimeout = 8 * time.Second

func (a *app) healthcheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the running server or Slack app whether it can take questions",
		Long: `Asks the 'zhiwen serve' or 'zhiwen slack' that runs on this machine, at the
addresses of the settings serve.listen and slack.metrics_listen, whether it can
take questions. The exit status is 0 if it can, 1 if not. For containers and
service managers.`,
		Example: "  zhiwen healthcheck || systemctl restart zhiwen",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.healthcheck(cmd.Context()) },
	}
}

func (a *app) healthcheck(ctx context.Context) error {
	if err := a.load(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	var errs []error
	for _, listen := range []string{a.cfg.Serve.Listen, a.cfg.Slack.MetricsListen} {
		if listen == "" {
			continue
		}
		answered, err := ready(ctx, listen)
		if err == nil {
			fmt.Fprintf(a.out, "%s can take questions\n", listen)
			return nil
		}
		if answered {
			return err
		}
		errs = append(errs, err)
	}
	return fmt.Errorf("nothing runs here: %w", errors.Join(errs...))
}

// ready asks one address, and tells whether anything answered there.
func ready(ctx context.Context, listen string) (answered bool, err error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return false, err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return false, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, fmt.Errorf("%s does not answer", listen)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil || response.StatusCode != http.StatusOK {
		return true, fmt.Errorf("%s cannot take questions: %s", listen, strings.TrimSpace(string(body)))
	}
	return true, nil
}
