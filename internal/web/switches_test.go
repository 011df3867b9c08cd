package web_test

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gradlab/internal/engine/method"
)

// A switchOnPage is a form of the picture of the branches: what each of its buttons sends, and
// which are pressed.
type switchOnPage struct {
	links   map[string]string // by the button's id
	pressed []string
}

var (
	switchForm   = regexp.MustCompile(`(?s)<form action="/lab" method="get" class="switch">(.*?)</form>`)
	hiddenInput  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	switchButton = regexp.MustCompile(`<button id="(switch-[^"]*)" name="([^"]*)" value="([^"]*)" data-switch="[^"]*" aria-pressed="(true|false)"`)
)

func switchesOf(page string) (all []switchOnPage) {
	for _, form := range switchForm.FindAllStringSubmatch(page, -1) {
		rest := url.Values{}
		for _, in := range hiddenInput.FindAllStringSubmatch(form[1], -1) {
			rest.Add(html.UnescapeString(in[1]), html.UnescapeString(in[2]))
		}
		s := switchOnPage{links: map[string]string{}}
		for _, b := range switchButton.FindAllStringSubmatch(form[1], -1) {
			s.links[b[1]] = "/lab?" + rest.Encode() + "&" + b[2] + "=" + b[3]
			if b[4] == "true" {
				s.pressed = append(s.pressed, b[1])
			}
		}
		all = append(all, s)
	}
	return all
}

// Every button of every method's picture leads, without a script, to a page on which it is
// pressed, and on which nothing else of the experiment is another.
func TestSwitchesWithoutScript(t *testing.T) {
	s := newServer(t)
	for _, m := range method.All() {
		_, page := s.do("GET", "/lab?method=simclr&seed=7&b.method="+m.Name+"&b.lr=0.1", asPage, "")
		all := switchesOf(page)
		want := 2 // stop-gradient and the slow copy, which every method can have or not
		for _, more := range []bool{len(m.Predictors) > 1, len(m.Negatives) > 0} {
			if more {
				want++
			}
		}
		if len(all) != want {
			t.Errorf("%s has %d switches, want %d", m.Title, len(all), want)
		}
		for _, form := range all {
			if len(form.pressed) != 1 || len(form.links) < 2 {
				t.Errorf("%s: of the buttons %v are pressed: %v", m.Title, form.links, form.pressed)
			}
			for id, link := range form.links {
				_, there := s.do("GET", link, asPage, "")
				if !slices.ContainsFunc(switchesOf(there), func(f switchOnPage) bool { return slices.Contains(f.pressed, id) }) {
					t.Errorf("%s: %s leads to %s, where it is not pressed", m.Title, id, link)
				}
				if strings.Contains(there, `class="problem"`) || !strings.Contains(there, `name="seed" value="7"`) || !strings.Contains(there, `name="b.lr" value="0.1"`) {
					t.Errorf("%s: behind %s stands another experiment", m.Title, id)
				}
			}
		}
	}
	for _, lesson := range []string{"lock=target", "hide=target", "hide=settings"} {
		_, page := s.do("GET", "/lab?method=simsiam&"+lesson, asPage, "")
		if strings.Contains(page, "switch-stop") || strings.Contains(page, "switch-ema") {
			t.Errorf("%s leaves the switches of the target", lesson)
		}
	}
}
