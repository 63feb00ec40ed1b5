package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"zhiwen/bot"
	"zhiwen/bot/api"
)

// guard decides who may come in, by the settings of a time.
type guard struct {
	settings Settings
	hosts    []string // lower case, without ports
	origins  *http.CrossOriginProtection
	limit    *bot.UserLimit
	asked    atomic.Uint64
}

func newGuard(settings Settings) *guard {
	if settings.RatePerMinute == 0 {
		settings.RatePerMinute = defaultRate
	}
	g := &guard{settings: settings, origins: http.NewCrossOriginProtection(),
		limit: bot.NewUserLimit(settings.RatePerMinute, settings.RatePerMinute)}
	if u, err := url.Parse(settings.PublicURL); err == nil && u.Host != "" {
		g.hosts = append(g.hosts, strings.ToLower(u.Hostname()))
		_ = g.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host) // a proxy may pass on another Host
	}
	for _, host := range settings.AllowHosts {
		g.hosts = append(g.hosts, strings.ToLower(hostOf(host)))
	}
	for _, origin := range settings.AllowOrigins {
		_ = g.origins.AddTrustedOrigin(strings.TrimRight(origin, "/")) // config has checked it
	}
	return g
}

// hostOf returns the host of "host", "host:port" or "[v6]:port".
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.Trim(address, "[]")
}

// checkHost refuses requests that were addressed to a name that is not ours: a
// page of another site can make its own name point to this machine, and would
// then be of the same origin. Addresses cannot be made to point elsewhere.
func (g *guard) checkHost(r *http.Request) error {
	host := strings.ToLower(strings.TrimSuffix(hostOf(r.Host), "."))
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" || slices.Contains(g.hosts, host) {
		return nil
	}
	return &httpError{status: http.StatusMisdirectedRequest, code: "wrong_host",
		err: api.InBoth(fmt.Errorf("this server does not answer to the name %q; whoever runs it can allow the name in serve.allow_hosts", host),
			fmt.Sprintf("这台服务器不以“%s”这个名字作答；管理员可以在 serve.allow_hosts 里允许它。", host))}
}

// trusted tells whether pages of an origin may ask.
func (g *guard) trusted(origin string) bool {
	return origin != "" && slices.ContainsFunc(g.settings.AllowOrigins, func(o string) bool { return strings.EqualFold(strings.TrimRight(o, "/"), origin) })
}

// checkOrigin refuses what pages of other sites send on their visitors' behalf,
// and tells the browser what a page that may ask is allowed to see.
func (g *guard) checkOrigin(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); g.trusted(origin) {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Expose-Headers", "Retry-After, Mcp-Session-Id")
	}
	if err := g.origins.Check(r); err != nil {
		return &httpError{status: http.StatusForbidden, code: "wrong_origin",
			err: api.InBoth(fmt.Errorf("pages of %s may not ask here; whoever runs this server can allow them in serve.allow_origins", r.Header.Get("Origin")),
				fmt.Sprintf("%s 的网页不能在这里提问；管理员可以在 serve.allow_origins 里允许它。", r.Header.Get("Origin")))}
	}
	return nil
}

// allowance takes a question off what the asker may ask.
func (g *guard) allowance(w http.ResponseWriter, who string) error {
	ok, wait, _ := g.limit.Allow(who, strconv.FormatUint(g.asked.Add(1), 10), time.Now())
	if ok {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &httpError{status: http.StatusTooManyRequests, code: "rate_limit",
		err: api.InBoth(fmt.Errorf("more than %d questions a minute; try again in %d s", g.settings.RatePerMinute, seconds),
			fmt.Sprintf("每分钟最多问 %d 个问题，请在 %d 秒后再试。", g.settings.RatePerMinute, seconds))}
}

// keyCookie holds the key of a person who entered it on the page.
const keyCookie = "zhiwen_key"

// givenKey returns the key that came with a request, and whether its header
// could be read.
func givenKey(r *http.Request) (key string, readable bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, key, found := strings.Cut(header, " ")
		key = strings.TrimSpace(key)
		return key, found && strings.EqualFold(scheme, "Bearer") && key != ""
	}
	if cookie, err := r.Cookie(keyCookie); err == nil {
		return cookie.Value, true
	}
	return "", true
}

// identify returns who asks: the name of the key. Where keys are not required,
// a key that is not valid is no obstacle: many clients must send one.
func (s *Server) identify(ctx context.Context, r *http.Request) (string, error) {
	key, readable := givenKey(r)
	name, ok := "", false
	if s.Keys != nil && readable && key != "" {
		var err error
		if name, ok, err = s.Keys.Find(ctx, key); err != nil {
			return "", err
		}
	}
	unauthorized := func(code, why, chinese string) error {
		return &httpError{status: http.StatusUnauthorized, code: code, err: api.InBoth(errors.New(why), chinese)}
	}
	switch {
	case ok || !s.RequireKey:
		return name, nil
	case key == "" || !readable:
		return "", unauthorized("no_key", "a key is needed: send the header \"Authorization: Bearer KEY\"; whoever runs this server makes one with zhiwen keys add NAME",
			"需要密钥：请带上请求头 “Authorization: Bearer 密钥”；管理员用 zhiwen keys add 名字 生成密钥。")
	}
	return "", unauthorized("invalid_key", "this key is not valid (any more); whoever runs this server makes one with zhiwen keys add NAME",
		"这个密钥无效或已失效；管理员用 zhiwen keys add 名字 生成密钥。")
}

// asker is whom a question counts for: a key, or without one an address.
func asker(key string, r *http.Request) string {
	if key != "" {
		return "key " + key
	}
	return remote(r)
}

// remote is the address that a request came from, without its port.
func remote(r *http.Request) string { return hostOf(r.RemoteAddr) }
