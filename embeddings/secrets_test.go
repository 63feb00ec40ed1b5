package embeddings_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhiwen/embeddings"
)

// A server that sends the key back, and one that cannot be reached, must not
// bring it into an error, wherever it was set.
func TestKeysStayOutOfErrors(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error": {"message": "wrong key %s in %s"}}`, r.Header.Get("Authorization"), r.URL)
	}))
	defer echo.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, base := range []string{
		echo.URL + "/v1", echo.URL + "/v1?key=sk-in-the-address", gone.URL + "/v1?key=sk-in-the-address",
		strings.Replace(gone.URL, "//", "//user:sk-password@", 1) + "/v1",
	} {
		e, err := embeddings.New(context.Background(), embeddings.Options{
			Provider: "openai", Model: "m", BaseURL: base, APIKey: "sk-as-a-setting",
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.EmbedDocuments(context.Background(), []string{"x"})
		if err == nil {
			t.Fatal("no error")
		}
		for at := err; at != nil; at = errors.Unwrap(at) {
			if strings.Contains(at.Error(), "sk-") {
				t.Errorf("%s: %v", base, at)
			}
		}
		var status *embeddings.StatusError
		if strings.HasPrefix(base, echo.URL) && !errors.As(err, &status) {
			t.Errorf("%v: the status is lost", err)
		} else if status != nil && strings.Contains(status.Error(), "sk-") {
			t.Errorf("%v", status)
		}
		e.Close()
	}
}
