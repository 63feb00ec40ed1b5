// Package fetch gets documents from the web: politely, within bounds, and never
// from where it was not sent.
//
// Start at [New] and [Client.Get]. A client keeps to robots.txt, leaves a pause
// between two requests to a host, says who it is, asks only for what has changed
// when it is handed the [Validators] of the last time, and waits when a server
// asks it to. Every document is bounded in size (as unpacked), time and
// redirects.
//
// An address on this machine or in its network is refused unless [Options].Allow
// names it: judged is the address that is really dialled, after the name was
// looked up and after every redirect, so that no name and no redirect leads
// inside.
//
// [Client.Get] returns what a server sends with a good status. Whether a page is
// an article at all, or says that there is none, a login or a captcha, is
// [Unfit]'s to tell.
package fetch
