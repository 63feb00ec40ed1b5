package weaviate_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"zhiwen/rag/index/weaviate"
)

// rest calls the cluster past the package that is tested.
func rest(t *testing.T, o weaviate.Options, method, path, body string) []byte {
	t.Helper()
	req, err := http.NewRequest(method, "http://"+o.Hosts[0]+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv(keyVariable))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s, %v", method, path, resp.StatusCode, reply, err)
	}
	return reply
}

// shards lists the shards of a class.
func shards(t *testing.T, o weaviate.Options, class string) []string {
	t.Helper()
	var list []struct{ Name string }
	if err := json.Unmarshal(rest(t, o, http.MethodGet, "/v1/schema/"+o.Collection+class+"/shards", ""), &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names
}
