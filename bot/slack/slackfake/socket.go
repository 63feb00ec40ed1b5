package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // one writer at a time
}

func (c *socket) write(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	return c.conn.WriteJSON(v)
}

// openConnection hands out an address that works once.
func (s *Server) openConnection() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	ticket := s.id("ticket")
	s.tickets[ticket] = true
	return map[string]any{"ok": true, "url": "ws" + strings.TrimPrefix(s.http.URL, "http") + "/link/?ticket=" + ticket + "&app_id=A0FAKE"}
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{conn: conn}
	defer conn.Close()
	s.mu.Lock()
	s.sockets = append(s.sockets, c)
	n := len(s.sockets)
	s.mu.Unlock()
	defer s.forget(c)
	hello := map[string]any{"type": "hello", "num_connections": n,
		"debug_info":      map[string]any{"host": "fake", "approximate_connection_time": 18060},
		"connection_info": map[string]any{"app_id": "A0FAKE"}}
	if c.write(hello) != nil {
		return
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		t := time.NewTicker(s.opts.PingEvery)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				if conn.WriteControl(websocket.PingMessage, []byte("Ping from fake"), time.Now().Add(time.Second)) != nil {
					return
				}
			}
		}
	}()
	for {
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if err := conn.ReadJSON(&ack); err != nil {
			return
		}
		s.acknowledged(ack.EnvelopeID, ack.Payload)
	}
}

func (s *Server) acknowledged(id string, payload json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loseAcks > 0 {
		s.loseAcks--
		return
	}
	if ch := s.pending[id]; ch != nil {
		delete(s.pending, id)
		ch <- payload
	}
}

func (s *Server) forget(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets = slices.DeleteFunc(s.sockets, func(o *socket) bool { return o == c })
}

// Connections counts the open WebSockets.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Refresh asks the app to replace its oldest connection, with a reason such as
// "warning" or "refresh_requested", and closes it.
func (s *Server) Refresh(reason string) {
	s.mu.Lock()
	var c *socket
	if len(s.sockets) > 0 {
		c = s.sockets[0]
	}
	s.mu.Unlock()
	if c != nil {
		_ = c.write(map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "fake"}})
	}
}

// Cut ends all connections without a word.
func (s *Server) Cut() {
	s.mu.Lock()
	all := slices.Clone(s.sockets)
	s.mu.Unlock()
	for _, c := range all {
		c.conn.UnderlyingConn().Close()
	}
}

// sendSocket delivers through one connection and waits for the
// acknowledgement.
func (s *Server) sendSocket(kind string, payload any, attempt int, reason string) (json.RawMessage, error) {
	deadline := time.Now().Add(s.opts.AckTimeout)
	var c *socket
	for {
		s.mu.Lock()
		if n := len(s.sockets); n > 0 {
			s.turn++
			c = s.sockets[s.turn%n]
		}
		s.mu.Unlock()
		if c != nil {
			break
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("nobody is connected")
		}
		select {
		case <-s.closed:
			return nil, fmt.Errorf("closed")
		case <-time.After(10 * time.Millisecond):
		}
	}
	s.mu.Lock()
	id := s.id("envelope")
	ch := make(chan json.RawMessage, 1)
	s.pending[id] = ch
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.pending, id)
		s.mu.Unlock()
	}()
	env := map[string]any{"type": kind, "envelope_id": id, "payload": payload, "accepts_response_payload": kind != "events_api"}
	if kind == "events_api" {
		env["retry_attempt"], env["retry_reason"] = attempt, reason
	}
	if err := c.write(env); err != nil {
		return nil, err
	}
	select {
	case p := <-ch:
		return p, nil
	case <-time.After(s.opts.AckTimeout):
		return nil, fmt.Errorf("not acknowledged")
	case <-s.closed:
		return nil, fmt.Errorf("closed")
	}
}
