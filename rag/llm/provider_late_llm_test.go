package llm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tmc/langchaingo/llms"
)

// TestOpenBeforeServer opens models whose server is down: that is no failure
// to open, calls fail as unavailable, and work once the server is there, with
// the model that it names.
func TestOpenBeforeServer(t *testing.T) {
	for _, provider := range []string{"openai", "ollama"} {
		t.Run(provider, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := listener.Addr().String()
			if err := listener.Close(); err != nil {
				t.Fatal(err)
			}
			o := ProviderOptions{Provider: provider, BaseURL: "http://" + address, Key: secretKey}
			if provider == "openai" {
				o.BaseURL += "/v1"
			}
			model, id, err := OpenModel(t.Context(), o)
			if err != nil || id.String() != provider || id.ContextTokens != defaultContext {
				t.Fatalf("%v, context %d, %v", id, id.ContextTokens, err)
			}
			ask := func() (*llms.ContentResponse, error) {
				return model.GenerateContent(t.Context(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "问")})
			}
			if _, err := ask(); !errors.Is(err, ErrUnavailable) || !retryable(err) || !isOutage(err) || strings.Contains(err.Error(), secretKey) {
				t.Errorf("while the server is down: %v", err)
			}
			if listener, err = net.Listen("tcp", address); err != nil {
				t.Skipf("the port was taken: %v", err)
			}
			var asked struct{ Model string }
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				switch r.URL.Path {
				case "/v1/models":
					fmt.Fprint(w, `{"data":[{"id":"the-one"}]}`)
				case "/api/tags":
					fmt.Fprint(w, `{"models":[{"name":"the-one"}]}`)
				default:
					raw, err := io.ReadAll(r.Body)
					if err == nil {
						err = json.Unmarshal(raw, &asked)
					}
					if err != nil {
						t.Error(err)
					}
					if provider == "ollama" {
						w.Header().Set("Content-Type", "application/x-ndjson")
						fmt.Fprint(w, `{"message":{"role":"assistant","content":"好"},"done":true,"done_reason":"stop"}`+"\n")
						return
					}
					fmt.Fprint(w, `{"choices":[{"index":0,"message":{"role":"assistant","content":"好"},"finish_reason":"stop"}]}`)
				}
			}))
			s.Listener = listener
			s.Start()
			defer s.Close()
			resp, err := ask()
			if err != nil || contentOf(resp) != "好" || asked.Model != "the-one" {
				t.Errorf("once the server is there: %v, %v, model %q", resp, err, asked.Model)
			}
		})
	}
}
