// Package web serves the lab over HTTP: pages, records, sockets, figures.
//
// # Routes
//
// A GET never starts a run. Pages are documents: /lab is a form GET that
// answers with the form, the server's pictures and a table, and a script in the
// browser makes them move. What a program wants is at the same addresses: JSON
// for Accept: application/json, NDJSON, CSV, SVG and PNG (docs/api.md). Under
// /recorded lie the runs that come with the program, which pages show while
// nothing of theirs is being trained.
//
// # Who owns which goroutine
//
// A request has one goroutine, net/http's. A socket has two: its request's,
// which is the only one that writes, and a reader, which the request starts and
// waits for. Nothing here outlives its request; runs live in package lab, and a
// viewer is a cursor on one.
//
// # Errors
//
// Handlers return errors; one place (errors.go) turns them into a status and
// into words, as a page or as {"errors":[...]}.
package web
