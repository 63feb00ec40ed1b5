package mcp

import "encoding/json"

// asking are the tools that retrieve or answer; the others only read what is there.
var asking = map[string]bool{"ask": true, "search": true}

// Asks tells how many questions the body of a request to [Handler] asks: the calls of
// tools that search or answer in it. What opens a session, lists or reads asks nothing,
// and neither does what is no message at all.
func Asks(body []byte) int {
	type message struct {
		Method string `json:"method"`
		Params struct {
			Name string `json:"name"`
		} `json:"params"`
	}
	var raw []json.RawMessage
	if json.Unmarshal(body, &raw) != nil { // no batch
		raw = []json.RawMessage{body}
	}
	n := 0
	for _, one := range raw {
		var m message
		if json.Unmarshal(one, &m) == nil && m.Method == "tools/call" && asking[m.Params.Name] {
			n++
		}
	}
	return n
}
