package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/bot/mcp"
)

// mcpAtOnce is how many questions one client over standard streams may have
// worked on at the same time.
const mcpAtOnce = 8

func (a *app) mcpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: "Offer the articles to language models, over MCP on the standard streams",
		Long: `Speaks the Model Context Protocol on the standard input and output, for programs
that start their servers themselves, such as desktop assistants and editors. The
tools are ask, search, get_source and list_articles; articles are resources. Over
HTTP 'zhiwen serve' offers the same at /mcp.`,
		Example: `  zhiwen mcp --store ~/articles
  {"mcpServers": {"zhiwen": {"command": "zhiwen", "args": ["mcp"]}}}`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.mcp(cmd.Context()) },
	}
}

func (a *app) mcp(ctx context.Context) error {
	if isTerminal(a.in) {
		return usage("mcp speaks to a program and not to a terminal; name 'zhiwen mcp' in that program's settings")
	}
	p, err := a.openParts(ctx, readOnly)
	if err != nil {
		return err
	}
	defer p.Close()
	go p.follow(ctx, a.log)
	server := a.mcpServer(p, api.NewGate(p.chain, mcpAtOnce))
	err = server.Run(ctx, &sdk.IOTransport{Reader: io.NopCloser(a.in), Writer: unclosed{a.out}})
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("speak MCP: %w", err)
	}
	return nil
}

func (a *app) mcpServer(p *parts, chain api.Chain) *sdk.Server {
	return mcp.New(mcp.Options{
		Chain: chain, Library: p.store, Links: a.links(),
		Version: readVersion().Version, Logger: a.log,
	})
}

// mcpHandler is the same over HTTP.
func (a *app) mcpHandler(p *parts) func(api.Chain) http.Handler {
	return func(chain api.Chain) http.Handler { return mcp.Handler(a.mcpServer(p, chain), a.log) }
}

// unclosed is a writer that others may not close.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
