package slackfake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// envelope wraps an inner event.
func (s *Server) envelope(inner map[string]any) map[string]any {
	return map[string]any{
		"token": "fake", "team_id": s.Team, "api_app_id": "A0FAKE", "type": "event_callback",
		"event_id": fmt.Sprintf("Ev%d", time.Now().UnixNano()), "event_time": time.Now().Unix(),
		"authorizations": []any{map[string]any{"team_id": s.Team, "user_id": s.BotUser, "is_bot": true}},
		"event":          inner,
	}
}

// send delivers in the background until it is acknowledged or given up. The
// caller holds the lock.
func (s *Server) send(key, kind string, payload any) {
	s.inflight++
	go func() {
		defer func() {
			s.mu.Lock()
			s.inflight--
			s.mu.Unlock()
		}()
		began := time.Now()
		d := Delivery{Key: key}
		tries := 1
		if kind == "events_api" {
			tries += s.opts.Redeliveries // the others are never repeated
		}
		reason := ""
		for d.Attempts < tries && !d.Acked {
			if d.Attempts > 0 {
				select {
				case <-s.closed:
					return
				case <-time.After(s.opts.RetryPause):
				}
			}
			d.Attempts++
			answer, err := s.sendOnce(kind, payload, d.Attempts-1, reason)
			if err == nil {
				d.Acked, d.Ack, d.Payload = true, time.Since(began), answer
			}
			reason = "timeout"
		}
		s.mu.Lock()
		s.report = append(s.report, d)
		s.mu.Unlock()
	}()
}

func (s *Server) sendOnce(kind string, payload any, attempt int, reason string) (json.RawMessage, error) {
	s.mu.Lock()
	sink := s.sink
	s.mu.Unlock()
	if sink == "" {
		return s.sendSocket(kind, payload, attempt, reason)
	}
	contentType := "application/json"
	body, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "interactive":
		contentType, body = "application/x-www-form-urlencoded", []byte(url.Values{"payload": {string(body)}}.Encode())
	case "slash_commands":
		form := url.Values{}
		for k, v := range payload.(map[string]any) {
			form.Set(k, fmt.Sprint(v))
		}
		contentType, body = "application/x-www-form-urlencoded", []byte(form.Encode())
	}
	req, err := http.NewRequest(http.MethodPost, sink, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", Sign(s.Secret, stamp, body))
	if attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(attempt))
		req.Header.Set("X-Slack-Retry-Reason", "http_"+reason)
	}
	client := http.Client{Timeout: s.opts.AckTimeout}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	lost := s.loseAcks > 0
	if lost {
		s.loseAcks--
	}
	s.mu.Unlock()
	if lost || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return answer, nil
}

// Sign returns the signature header of a request body.
func Sign(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}
