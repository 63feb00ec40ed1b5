package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"
	"github.com/tmc/langchaingo/llms/bedrock"
	"github.com/tmc/langchaingo/llms/googleai"
	"github.com/tmc/langchaingo/llms/ollama"
	"github.com/tmc/langchaingo/llms/openai"
)

// ProviderOptions say which model to open. The zero value means: find out.
type ProviderOptions struct {
	// Provider is "openai" (and everything compatible with it at BaseURL),
	// "anthropic", "googleai", "ollama", "mistral", "bedrock", "deepseek",
	// "dashscope", "siliconflow"; "none" for no model; "auto" or "" for what
	// is configured, else a local Ollama that answers, else none.
	Provider string
	// Model is the model's name at the provider. "" means a small, current
	// one, or the first that the server at BaseURL lists.
	Model string
	// BaseURL is the server's address, for example "http://127.0.0.1:8080/v1";
	// "" means the provider's own.
	BaseURL string
	// Key is never logged and never part of an error.
	Key string
	// ContextTokens is the model's context in tokens. 0 means what the server
	// tells, else 8192. Ollama is asked to load the model with it.
	ContextTokens int
	// Region is Bedrock's, "" for the one of the AWS configuration.
	Region string
	// OllamaURL is where "auto" looks; "" means http://127.0.0.1:11434.
	OllamaURL string
	// ProbeTimeout bounds each look at a server while opening; 0 means 1 s.
	ProbeTimeout time.Duration
	// Transport is the innermost RoundTripper; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Log may be nil.
	Log *slog.Logger
}

// Identity names an opened model to people.
type Identity struct {
	Provider string // "" when there is no model
	// Model is "" when the server is to name it and could not be reached yet.
	Model    string
	Endpoint string // the server's address without credentials, "" for the provider's own
	// Why says how "auto" came to it, for the status page.
	Why string
	// ContextTokens is the context to plan with.
	ContextTokens int
}

// String is "provider/model", as answers name their answerer.
func (id Identity) String() string {
	if id.Provider == "" {
		return "none"
	}
	model := id.Model // a llama.cpp server names the path of its file
	if i := strings.LastIndexAny(model, `/\`); i >= 0 && (strings.HasSuffix(model, ".gguf") || i == 0) {
		model = model[i+1:]
	}
	if model == "" { // the server has not been there yet to tell
		return id.Provider
	}
	return id.Provider + "/" + model
}

const (
	defaultContext = 8192
	defaultOllama  = "http://127.0.0.1:11434"
)

// OpenModel opens the configured model. It returns an error that wraps
// [ErrNoModel] when there is none: with "auto" or "none" that is no failure,
// and Identity.Why says what was looked for. Opening sends nothing to a hosted
// provider; a server at BaseURL or a local Ollama is asked for its models.
func OpenModel(ctx context.Context, o ProviderOptions) (llms.Model, Identity, error) {
	if o.ProbeTimeout <= 0 {
		o.ProbeTimeout = time.Second
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Provider = strings.ToLower(strings.TrimSpace(o.Provider))
	o.BaseURL = strings.TrimRight(strings.TrimSpace(o.BaseURL), "/")
	o.Key = strings.TrimSpace(o.Key)
	why, err := o.settle(ctx)
	if err != nil {
		return nil, Identity{Why: why}, err
	}
	model, id, err := o.open(ctx)
	if err != nil {
		return nil, Identity{Why: why}, fmt.Errorf("open model: %w", err)
	}
	id.Why = why
	o.Log.Info("language model opened", "provider", id.Provider, "model", id.Model, "endpoint", id.Endpoint, "why", why)
	return model, id, nil
}

// settle replaces "auto" and the names of compatible services by a provider
// and an address, and says how it came to that.
func (o *ProviderOptions) settle(ctx context.Context) (why string, err error) {
	if o.BaseURL != "" {
		u, err := url.Parse(o.BaseURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", fmt.Errorf("open model: llm.base_url %q is not an address like http://127.0.0.1:8080/v1", withoutSecrets(o.BaseURL))
		}
	}
	switch o.Provider {
	case "none", "extractive":
		return "switched off in the configuration", ErrNoModel
	case "", "auto":
	default:
		return "configured", nil
	}
	switch {
	case o.BaseURL != "":
		o.Provider = "openai"
		return "a base URL is configured", nil
	case o.Key != "":
		switch {
		case strings.HasPrefix(o.Key, "sk-ant-"):
			o.Provider = "anthropic"
		case strings.HasPrefix(o.Key, "AIza"):
			o.Provider = "googleai"
		default:
			o.Provider = "openai"
		}
		return "a key is configured", nil
	}
	if o.OllamaURL == "" {
		o.OllamaURL = defaultOllama
	}
	models, err := o.listOllama(ctx, o.OllamaURL)
	if err != nil || len(models) == 0 {
		return "neither a base URL nor a key is configured, and no Ollama with a model answers at " + o.OllamaURL, ErrNoModel
	}
	o.Provider, o.BaseURL = "ollama", o.OllamaURL
	if o.Model == "" {
		o.Model = models[0]
	}
	return "an Ollama answers at " + o.OllamaURL, nil
}

// compatible returns the address of a service that speaks OpenAI's protocol.
func compatible(provider string) (baseURL, model string) {
	switch provider {
	case "deepseek":
		return "https://api.deepseek.com/v1", "deepseek-chat"
	case "dashscope":
		return "https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"
	case "siliconflow":
		return "https://api.siliconflow.cn/v1", "Qwen/Qwen2.5-7B-Instruct"
	case "mistral":
		return "https://api.mistral.ai/v1", "mistral-small-latest"
	}
	return "", ""
}

func (o *ProviderOptions) open(ctx context.Context) (llms.Model, Identity, error) {
	scrub := scrubber(o.Key)
	wireTransport := &transport{base: o.Transport, scrub: scrub}
	client := &http.Client{Transport: wireTransport}
	id := Identity{Provider: o.Provider, Model: o.Model, Endpoint: withoutSecrets(o.BaseURL), ContextTokens: o.ContextTokens}
	m := &opened{provider: o.Provider, scrub: scrub}
	var err error
	switch o.Provider {
	case "openai", "deepseek", "dashscope", "siliconflow", "mistral":
		// Mistral's own client in langchaingo cannot be cancelled, sleeps and
		// retries by itself and hides Retry-After; its service speaks OpenAI's
		// protocol, but rejects fields that it does not know.
		if o.Provider == "mistral" {
			wireTransport.drop = []string{"stream_options"}
		}
		base, preset := compatible(o.Provider)
		if o.BaseURL == "" {
			o.BaseURL = base
		}
		if id.Model == "" {
			id.Model = preset
		}
		m.model, err = o.openOpenAI(ctx, client, &id)
		if o.BaseURL != "" && !strings.HasPrefix(o.BaseURL, "https://api.openai.com/") {
			m.extra = []llms.CallOption{openai.WithLegacyMaxTokensField()}
		}
	case "anthropic":
		id.Model = orDefault(id.Model, "claude-3-5-haiku-latest")
		opts := []anthropic.Option{anthropic.WithToken(o.Key), anthropic.WithModel(id.Model), anthropic.WithHTTPClient(client)}
		if o.BaseURL != "" {
			opts = append(opts, anthropic.WithBaseURL(o.BaseURL))
		}
		if err = o.needKey(); err == nil {
			m.model, err = anthropic.New(opts...)
		}
	case "googleai":
		id.Model = orDefault(id.Model, "gemini-2.0-flash")
		// With a client of its own the library sends neither the key nor to
		// another address: the transport does both.
		wireTransport.headers = map[string]string{"X-Goog-Api-Key": o.Key}
		if o.BaseURL != "" {
			wireTransport.target, _ = url.Parse(o.BaseURL)
		}
		if err = o.needKey(); err == nil {
			m.model, err = googleai.New(ctx, googleai.WithAPIKey(o.Key), googleai.WithHTTPClient(client), googleai.WithDefaultModel(id.Model))
		}
	case "ollama":
		m.model, err = o.openOllama(ctx, client, &id)
	case "bedrock":
		id.Model = orDefault(id.Model, bedrock.ModelAnthropicClaudeV3Haiku)
		m.model, err = o.openBedrock(ctx, client, id.Model)
	default:
		err = fmt.Errorf("llm.provider %q is unknown; use auto, openai, anthropic, googleai, ollama, mistral, bedrock, deepseek, dashscope, siliconflow or none", o.Provider)
	}
	if err != nil {
		return nil, id, errors.New(scrub(err.Error()))
	}
	if id.ContextTokens <= 0 {
		id.ContextTokens = defaultContext
	}
	return m, id, nil
}

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func (o *ProviderOptions) needKey() error {
	if o.Key == "" {
		return fmt.Errorf("provider %s needs a key: set ZHIWEN_LLM_API_KEY, or llm.api_key_file to a file that holds it", o.Provider)
	}
	return nil
}

func (o *ProviderOptions) openOpenAI(ctx context.Context, client *http.Client, id *Identity) (llms.Model, error) {
	key := o.Key
	if o.BaseURL == "" || o.Provider != "openai" {
		if err := o.needKey(); err != nil {
			return nil, err
		}
	} else {
		key = orDefault(key, "none") // servers at home want none, the library wants one
		if id.Model == "" || id.ContextTokens <= 0 {
			name, size, err := o.lookAtModels(ctx, id.Model)
			id.Model = orDefault(id.Model, name)
			if id.ContextTokens <= 0 {
				id.ContextTokens = size
			}
			if isUnreachable(err) && id.Model == "" {
				return &late{open: func(ctx context.Context) (llms.Model, error) {
					name, _, err := o.lookAtModels(ctx, "")
					if isUnreachable(err) {
						return nil, err
					}
					return o.newOpenAI(key, client, name)
				}}, nil
			}
			if err != nil {
				o.Log.Debug("server does not list its models", "err", scrubber(o.Key)(err.Error()))
			}
		}
	}
	id.Model = orDefault(id.Model, "gpt-4o-mini")
	return o.newOpenAI(key, client, id.Model)
}

func (o *ProviderOptions) newOpenAI(key string, client *http.Client, model string) (llms.Model, error) {
	return openai.New(openai.WithToken(key), openai.WithModel(orDefault(model, "gpt-4o-mini")), openai.WithBaseURL(o.BaseURL),
		openai.WithOrganization(""), openai.WithHTTPClient(client))
}

func (o *ProviderOptions) openOllama(ctx context.Context, client *http.Client, id *Identity) (llms.Model, error) {
	base := orDefault(strings.TrimSuffix(o.BaseURL, "/v1"), defaultOllama)
	id.Endpoint = withoutSecrets(base)
	if id.ContextTokens <= 0 {
		id.ContextTokens = defaultContext
	}
	open := func(name string) (llms.Model, error) {
		// Left alone, Ollama loads a model with a context of 2048 or 4096
		// tokens and silently cuts the start of a longer prompt.
		return ollama.New(ollama.WithModel(name), ollama.WithServerURL(base), ollama.WithHTTPClient(client),
			ollama.WithRunnerNumCtx(id.ContextTokens))
	}
	if id.Model == "" {
		name, err := o.firstOllama(ctx, base)
		if isUnreachable(err) {
			return &late{open: func(ctx context.Context) (llms.Model, error) {
				name, err := o.firstOllama(ctx, base)
				if err != nil {
					return nil, err
				}
				return open(name)
			}}, nil
		}
		if err != nil {
			return nil, err
		}
		id.Model = name
	}
	return open(id.Model)
}

// firstOllama names the model that an Ollama lists first.
func (o *ProviderOptions) firstOllama(ctx context.Context, base string) (string, error) {
	address := withoutSecrets(base)
	models, err := o.listOllama(ctx, base)
	if err != nil {
		return "", fmt.Errorf("no Ollama answers at %s: %w", address, err)
	}
	if len(models) == 0 {
		return "", fmt.Errorf("the Ollama at %s has no model; run “ollama pull” with the name of one", address)
	}
	return models[0], nil
}

func (o *ProviderOptions) openBedrock(ctx context.Context, client *http.Client, model string) (llms.Model, error) {
	opts := []func(*awsconfig.LoadOptions) error{awsconfig.WithRetryMaxAttempts(1)}
	if o.Region != "" {
		opts = append(opts, awsconfig.WithRegion(o.Region))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return nil, err
	}
	if cfg.Region == "" {
		return nil, errors.New("bedrock needs a region: set AWS_REGION, for example AWS_REGION=us-east-1, or a region in the AWS configuration")
	}
	runtime := bedrockruntime.NewFromConfig(cfg, func(b *bedrockruntime.Options) {
		b.HTTPClient = client // not in cfg: that fails where AWS_CA_BUNDLE is set
		if o.BaseURL != "" {
			b.BaseEndpoint = aws.String(o.BaseURL)
		}
	})
	return bedrock.NewWithContext(ctx, bedrock.WithModel(model), bedrock.WithClient(runtime))
}

// lookAtModels asks an OpenAI-compatible server for a model (want, or the
// first) and for its context, which llama.cpp and vLLM tell.
func (o *ProviderOptions) lookAtModels(ctx context.Context, want string) (name string, contextTokens int, err error) {
	var list struct {
		Data []struct {
			ID          string `json:"id"`
			MaxModelLen int    `json:"max_model_len"`
			Meta        struct {
				Context int `json:"n_ctx"`
			} `json:"meta"`
		} `json:"data"`
	}
	if err := o.get(ctx, o.BaseURL+"/models", &list); err != nil {
		return "", 0, err
	}
	for _, m := range list.Data {
		if want == "" || m.ID == want || len(list.Data) == 1 {
			return m.ID, max(m.MaxModelLen, m.Meta.Context), nil
		}
	}
	return "", 0, nil
}

// listOllama names the chat models of an Ollama, in its order (newest first).
func (o *ProviderOptions) listOllama(ctx context.Context, base string) ([]string, error) {
	var tags struct {
		Models []struct {
			Name string `json:"name"`
		} `json:"models"`
	}
	if err := o.get(ctx, base+"/api/tags", &tags); err != nil {
		return nil, err
	}
	var names []string
	for _, m := range tags.Models {
		if lower := strings.ToLower(m.Name); !strings.Contains(lower, "embed") && !strings.HasPrefix(lower, "bge") {
			names = append(names, m.Name)
		}
	}
	return names, nil
}

func (o *ProviderOptions) get(ctx context.Context, address string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, o.ProbeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if o.Key != "" {
		req.Header.Set("Authorization", "Bearer "+o.Key)
	}
	resp, err := (&http.Client{Transport: o.Transport}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return json.NewDecoder(io.LimitReader(resp.Body, 4<<20)).Decode(into)
}

// ErrBusy is what [Check] returns when the server took the request and ctx ended
// before the answer came: a server that answers one question at a time is busy
// with another, or slow.
var ErrBusy = errors.New("the model's server took the question but has not answered in time: it is busy or slow")

// Check tests a model with the smallest possible request: address, key and
// model name are right when it returns nil. Errors are [ErrBusy] or those of the
// model.
func Check(ctx context.Context, model llms.Model) error {
	if model == nil {
		return ErrNoModel
	}
	var taken atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(w httptrace.WroteRequestInfo) { taken.Store(w.Err == nil) },
	})
	_, err := model.GenerateContent(ctx, []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "回答：好")},
		llms.WithTemperature(0), llms.WithMaxTokens(4))
	if errors.Is(err, ErrEmpty) { // it took the request; four tokens are too few for a reasoning model
		return nil
	}
	if errors.Is(err, ErrTimeout) && taken.Load() {
		err = ErrBusy
	}
	if err != nil {
		return fmt.Errorf("check model: %w", err)
	}
	return nil
}
