package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// Normalize brings an address to the one form that it is known by: scheme and
// host in small letters, without the scheme's own port and without a fragment.
// Its error wraps ErrAddress.
func Normalize(address string) (string, error) {
	u, err := parseAddress(address)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

func parseAddress(address string) (*url.URL, error) {
	wrong := func(hint string) error { return &Error{URL: withoutSecrets(address), Err: ErrAddress, Hint: hint} }
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, wrong("it must look like https://example.org/page")
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return nil, wrong("only http:// and https:// are read")
	}
	if u.Scheme == "" || u.Hostname() == "" {
		return nil, wrong("it must look like https://example.org/page")
	}
	if u.User != nil {
		return nil, wrong("a name and a password in an address are not used, since addresses are shown with every citation")
	}
	u.Host = strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; strings.HasSuffix(u.Host, port) {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// withoutSecrets is an address fit for a message.
func withoutSecrets(address string) string {
	if before, rest, ok := strings.Cut(address, "//"); ok {
		host, path, _ := strings.Cut(rest, "/")
		if at := strings.LastIndex(host, "@"); at >= 0 {
			return before + "//…@" + host[at+1:] + "/" + path
		}
	}
	return address
}

// inner are the networks that are not the public internet, besides those that
// netip knows by name.
var inner = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared by a provider's customers
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("fec0::/10"),
	netip.MustParsePrefix("2001:db8::/32"),
}

// carriers are IPv6 networks whose addresses carry an IPv4 address, and the byte
// at which it begins.
var carriers = []struct {
	net netip.Prefix
	at  int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
	{netip.MustParsePrefix("::/96"), 12},
}

// public tells whether an address lies on the public internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		for _, c := range carriers {
			if c.net.Contains(ip) {
				b := ip.As16()
				return public(netip.AddrFrom4([4]byte(b[c.at : c.at+4])))
			}
		}
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, n := range inner {
		if n.Contains(ip) {
			return false
		}
	}
	return true
}

// guard is a net.Dialer's Control: it hears the address that is about to be
// dialled, whatever name led to it.
func (c *Client) guard(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPrivate, address)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPrivate, host)
	}
	if public(ip) {
		return nil
	}
	for _, n := range c.o.Allow {
		if n.Contains(ip.Unmap().WithZone("")) {
			return nil
		}
	}
	return fmt.Errorf("%w: %s", ErrPrivate, ip)
}
