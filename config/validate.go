package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// collectionName is what Weaviate takes for the name of a class.
var collectionName = regexp.MustCompile(`^[A-Z][_0-9A-Za-z]{0,200}$`)

// Validate checks every value by itself and joins what it finds. What a
// command needs on top (a Slack token, say) is that command's to check.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("config: "+format, args...))
		}
	}
	oneOf := func(name, value string, allowed ...string) {
		check(slices.Contains(allowed, value), "%s is %q; it must be one of %s; did you mean %q?",
			name, value, strings.Join(allowed, ", "), Nearest(value, allowed))
	}
	between := func(name string, value, low, high int) {
		check(value >= low && value <= high, "%s is %d; it must be between %d and %d", name, value, low, high)
	}
	webAddress := func(name, value string) {
		if value == "" {
			return
		}
		u, err := url.Parse(value)
		// The parse error is left out: it would repeat a password in the address.
		check(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "",
			"%s is not a web address; it must look like http://127.0.0.1:8080/v1", name)
	}
	listen := func(name, value string, emptyOK bool) {
		if value == "" && emptyOK {
			return
		}
		_, port, err := net.SplitHostPort(value)
		check(err == nil && port != "", "%s is %q; it must be an address with a port, for example 127.0.0.1:8480", name, value)
	}
	duration := func(name string, value, high time.Duration) {
		check(value > 0 && value <= high, "%s is %s; it must be more than 0 and at most %s, for example 90s", name, value, high)
	}

	check(c.Store.Dir != "", "store.dir is empty; name the folder of the store, or leave the setting out")
	oneOf("index.backend", c.Index.Backend, "local", "weaviate")
	check(c.Index.Backend != "weaviate" || len(c.Index.Hosts) > 0, "index.backend is weaviate, and index.hosts is empty; name the cluster's nodes, for example 10.0.0.1:8080")
	check(collectionName.MatchString(c.Index.Collection), "index.collection is %q; it must begin with a capital letter and have letters, digits and _ only", c.Index.Collection)
	between("index.replicas", c.Index.Replicas, 1, 100)
	between("index.shards", c.Index.Shards, 0, 10_000)
	oneOf("index.consistency", c.Index.Consistency, "QUORUM", "ONE", "ALL")
	oneOf("embeddings.provider", c.Embeddings.Provider, "onnx", "openai", "ollama", "googleai", "mistral")
	webAddress("embeddings.base_url", c.Embeddings.BaseURL)
	between("embeddings.threads", c.Embeddings.Threads, 0, 1024)
	oneOf("llm.provider", c.LLM.Provider, "auto", "none", "openai", "anthropic", "googleai", "ollama", "mistral", "bedrock", "deepseek", "dashscope", "siliconflow")
	webAddress("llm.base_url", c.LLM.BaseURL)
	between("llm.context_tokens", c.LLM.ContextTokens, 0, 10_000_000)
	between("llm.max_tokens", c.LLM.MaxTokens, 16, 100_000)
	duration("llm.timeout", c.LLM.Timeout, 30*time.Minute)
	between("answer.top_k", c.Answer.TopK, 1, 100)
	oneOf("slack.mode", c.Slack.Mode, "socket", "http")
	oneOf("slack.policy", c.Slack.Policy, "questions", "all", "mention", "ephemeral", "off")
	listen("slack.listen", c.Slack.Listen, false)
	listen("slack.metrics_listen", c.Slack.MetricsListen, true)
	webAddress("slack.api_url", c.Slack.APIURL)
	between("slack.workers", c.Slack.Workers, 1, 1000)
	between("slack.queue_size", c.Slack.QueueSize, 1, 1_000_000)
	between("slack.per_user", c.Slack.PerUser, 1, 10_000)
	between("slack.rate_per_minute", c.Slack.RatePerMinute, 1, 100_000)
	duration("slack.memory_expiry", c.Slack.MemoryExpiry, 10*365*24*time.Hour)
	listen("serve.listen", c.Serve.Listen, false)
	webAddress("serve.public_url", c.Serve.PublicURL)
	for _, origin := range c.Serve.AllowOrigins {
		u, err := url.Parse(origin)
		check(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == "",
			"serve.allow_origins has %q; an origin looks like https://app.example.org", origin)
	}
	between("serve.rate_per_minute", c.Serve.RatePerMinute, 1, 1_000_000)
	between("serve.at_once", c.Serve.AtOnce, 1, 10_000)
	oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf("llm.profile", c.LLM.Profile, "auto", "small", "large")
	oneOf("log.format", c.Log.Format, "text", "json")
	webAddress("telemetry.endpoint", c.Telemetry.Endpoint)
	check(strings.TrimSpace(c.Web.UserAgent) != "" && !strings.ContainsAny(c.Web.UserAgent, "\r\n"), "web.user_agent must be one line that says who asks")
	duration("web.timeout", c.Web.Timeout, time.Hour)
	between("web.max_mb", c.Web.MaxMB, 1, 1024)
	between("web.max_redirects", c.Web.MaxRedirects, 1, 50)
	check(c.Web.Pause >= 0 && c.Web.Pause <= time.Hour, "web.pause is %s; it must be at least 0s and at most 1h", c.Web.Pause)
	_, err := c.Web.Private()
	check(err == nil, "%v", err)
	errs = append(errs, checkSources(c.Sources)...)
	return errors.Join(errs...)
}
