package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gradlab/internal/record"
)

// frame is what a test compares of a block of kind 2.
type frame struct {
	step int
	name string
}

// framesOf reads the blocks of an answer.
func framesOf(t *testing.T, body string) []frame {
	t.Helper()
	var list []frame
	for b := []byte(body); len(b) > 0; {
		at, f, rest, err := record.DecodeFrame(b)
		if err != nil {
			t.Fatal(err)
		}
		if again := record.AppendFrame(nil, at, f); !bytes.Equal(again, b[:len(again)]) {
			t.Fatalf("frame %s of step %d is not a block of its own", f.Name, at)
		}
		list, b = append(list, frame{at, f.Name}), rest
	}
	return list
}

// A late viewer gets the frames that the socket left out, each as it was measured.
func TestFramesOnDemand(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=21&method=barlow")
	s.finish(id)
	c, err := s.lab.Follow(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	all, err := c.Next(t.Context())
	if err != nil || len(all.Steps) != 21 {
		t.Fatalf("%d steps, %v", len(all.Steps), err)
	}
	// want is the part of the records that the query asks for, byte by byte
	want := func(from, to int, names ...string) string {
		var b []byte
		for _, x := range all.Steps[from : to+1] {
			for _, f := range x.Frames {
				if len(names) == 0 || strings.Contains(strings.Join(names, " "), f.Name) {
					b = record.AppendFrame(b, x.Step, f)
				}
			}
		}
		return string(b)
	}
	for query, blocks := range map[string]string{
		"":                                  want(0, 20),
		"?from=5&to=10":                     want(5, 10),
		"?name=correlation&from=6&to=15":    want(6, 15, "correlation"),
		"?name=correlation&name=spectrum":   want(0, 20, "correlation", "spectrum"),
		"?from=6&to=9":                      "", // between two measurements
		"?from=11&to=2000000":               want(11, 20),
		"?from=400":                         "",
		"?name=spectrum&from=20&to=20&more": want(20, 20, "spectrum"),
	} {
		resp, body := s.do("GET", "/runs/"+id+"/frames"+query, "", "")
		if resp.StatusCode != http.StatusOK || body != blocks {
			t.Errorf("%s: %s, %d bytes with %v, want %d with %v", query, resp.Status, len(body), framesOf(t, body), len(blocks), framesOf(t, blocks))
		}
		tag, cache := resp.Header.Get("ETag"), resp.Header.Get("Cache-Control")
		if again, body := s.do("GET", "/runs/"+id+"/frames"+query, "", "", "If-None-Match", tag); again.StatusCode != http.StatusNotModified || body != "" || cache != "no-cache" {
			t.Errorf("%s: Cache-Control %q, and who has %s already gets %s with %d bytes", query, cache, tag, again.Status, len(body))
		}
	}
	if got := framesOf(t, want(6, 15, "correlation")); len(got) != 2 || got[0] != (frame{10, "correlation"}) || got[1] != (frame{15, "correlation"}) {
		t.Errorf("steps 6 to 15 of a run probed every 5 steps have the frames %v", got)
	}
	for query, status := range map[string]int{"?from=x": 400, "?to=-1": 400, "?from=9&to=3": 400, "?name=nothing": 404} {
		if resp, body := s.do("GET", "/runs/"+id+"/frames"+query, asJSON, ""); resp.StatusCode != status {
			t.Errorf("%s: %s %s, want %d", query, resp.Status, body, status)
		}
	}
	if resp, _ := s.do("GET", "/runs/nothing/frames", asJSON, ""); resp.StatusCode != 404 {
		t.Errorf("of a run that is not there: %s", resp.Status)
	}
}

// The frames of another attempt are others, at the same address.
func TestFramesOfTheNextAttempt(t *testing.T) {
	s := newServer(t)
	id := s.start(tiny + "&steps=100000")
	var tags [2]string
	for attempt := range tags {
		v := s.view(id, "")
		for v.next < 1 {
			if err := v.read(); err != nil {
				t.Fatal(err)
			}
		}
		resp, body := s.do("GET", "/runs/"+id+"/frames?from=0&to=0", "", "", "If-None-Match", tags[0])
		if resp.StatusCode != http.StatusOK || len(framesOf(t, body)) == 0 {
			t.Fatalf("attempt %d: %s with %d bytes", attempt+1, resp.Status, len(body))
		}
		tags[attempt] = resp.Header.Get("ETag")
		s.do("POST", "/runs/"+id+"/stop", asJSON, "")
		if attempt == 0 {
			s.start(tiny + "&steps=100000")
		}
	}
	if tags[0] == tags[1] {
		t.Errorf("both attempts have the tag %s", tags[0])
	}
}

// What may still grow, or begin anew, is not kept by a browser; a long answer ends
// with a whole step and goes on where it is asked to.
func TestFramesInPieces(t *testing.T) {
	s := newServer(t)
	const probed = 34 // frames of 64 KiB, more than one answer holds
	id := s.start("data=shapes&encoder=mlp&encoder.width=16&batch=16&projector.depth=1&projector.width=256&probe.every=1&probe.knn=0&method=barlow&steps=100000")
	defer s.do("POST", "/runs/"+id+"/stop", asJSON, "")
	v := s.view(id, "")
	for v.next < probed {
		if err := v.read(); err != nil {
			t.Fatal(err)
		}
	}
	next, pieces := 0, 0
	for next < probed {
		resp, body := s.do("GET", "/runs/"+id+fmt.Sprintf("/frames?name=correlation&from=%d&to=%d", next, probed-1), "", "")
		if cache := resp.Header.Get("Cache-Control"); cache != "no-cache" {
			t.Fatalf("frames of a run that goes on: Cache-Control %q", cache)
		}
		list := framesOf(t, body)
		if len(list) == 0 {
			t.Fatalf("nothing from step %d", next)
		}
		if len(body) > 2<<20+66<<10 {
			t.Errorf("an answer of %d bytes", len(body))
		}
		for _, f := range list {
			if f != (frame{next, "correlation"}) {
				t.Fatalf("%v where step %d is due", f, next)
			}
			next++
		}
		pieces++
	}
	if pieces < 2 {
		t.Errorf("%d frames of 64 KiB came in one piece", probed)
	}
}
