package web_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"gradlab/internal/engine/method"
)

// formState is what a page says of its settings: every control, the lanes as the script
// takes them over, and the link to share. What it says of a value that it has mended is not of
// the state: the link has the mended one.
const formState = `(page => JSON.stringify([Object.fromEntries([...page.querySelectorAll("[data-key]")]
	.filter(e => e.type !== "radio" || e.checked).map(e => [e.dataset.key, [e.value, e.disabled]]).sort()),
	JSON.parse(page.querySelector("[data-lab]").dataset.lab).lanes.map(l => l.query), page.title, page.querySelector("[data-link]").defaultValue]))`

// sent is the state of the page that the server sends for an address, without a script's help.
const sent = `fetch(%q).then(r => r.text()).then(text => new DOMParser().parseFromString(text, "text/html"))
	.then(page => [` + formState + `(page), page.querySelector("link[rel=canonical]").getAttribute("href")])`

// changeControl gives a control of the page another value, by its slider where it has one,
// and says whether the address has followed. It has not where there is no other value, the
// value means the same, or the setting is idle.
const changeControl = `(async (key, choice) => {
	const e = document.querySelector('[data-settings-form] [data-key="' + key + '"]');
	const before = location.search, was = e.value;
	const slider = e.closest(".field").querySelector("input[type=range]");
	const say = (on, ...types) => types.forEach(type => on.dispatchEvent(new Event(type, {bubbles: true})));
	if (e.tagName === "SELECT") {
		e.selectedIndex = (e.selectedIndex + choice) % e.options.length;
		if (e.value === was) return "no other value";
		say(e, "change");
	} else if (slider) {
		for (const part of [0.3, 0.7, 0.2, 0, 1]) {
			slider.value = Math.round(part * Number(slider.max));
			say(slider, "input");
			if (e.value !== was) break;
		}
		say(slider, "change");
	} else {
		e.value = "18446744073709551615"; // a seed: more than a number of JavaScript holds
		say(e, "change");
	}
	await new Promise(done => { // the form comes anew from the server
		const watch = new MutationObserver(() => e.isConnected || (watch.disconnect(), setTimeout(done)));
		watch.observe(document.body, {childList: true, subtree: true});
	});
	return location.search !== before ? "" : "means the same";
})`

// Every control of the page: change it, open the address in a fresh profile, and the same
// is there. The list of controls is the page's; each is changed with the first method and
// gradient with which it has an effect, on top of those before it. What the server sends for
// the address is looked at after each change, and what a browser makes of it after the last
// one of a method and gradient.
func TestEveryControlIsInTheLink(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab", 1280, 720, "light")
	fresh := b.open(s.URL+"/", 1280, 720, "dark")
	seen := map[string]bool{}
	check := func(what string) {
		t.Helper()
		here, address := eval[string](p, formState+`(document)`), eval[string](p, `location.href`)
		there := eval[[2]string](fresh, fmt.Sprintf(sent, address))
		if there[0] != here {
			t.Errorf("%s: %s says\n%s, was\n%s", what, address, there[0], here)
		}
		if s.URL+there[1] != address {
			t.Errorf("%s: the canonical link of %s is %s", what, address, there[1])
		}
	}
	opened := func(what string) {
		t.Helper()
		here, address := eval[string](p, formState+`(document)`), eval[string](p, `location.href`)
		fresh.do("open "+address, chromedp.Navigate(address))
		if there := eval[string](fresh, formState+`(document)`); there != here {
			t.Errorf("%s: %s shows\n%s, was\n%s", what, address, there, here)
		}
		if here, there := eval[string](p, deskState), eval[string](fresh, deskState); here != there {
			t.Errorf("%s: %s has the lanes and the link %s, was %s", what, address, there, here)
		}
	}
	left := map[string]string{} // why a control could not be changed so far
	for _, m := range method.All() {
		for _, g := range m.Gradients {
			start := "/lab?v=1&data=shapes&batch=32&projector.width=32&method=" + m.Name + "&gradient=" + g.Name
			p.do("open "+start, chromedp.Navigate(s.URL+start))
			before := len(seen)
			for _, key := range eval[[]string](p, `[...document.querySelectorAll("[data-settings-form] .field:not(.idle) [data-key]")].map(e => e.dataset.key)`) {
				for choice := 1; choice < 4 && !seen[key]; choice++ {
					if left[key] = eval[string](p, fmt.Sprintf("%s(%q, %d)", changeControl, key, choice)); left[key] != "" {
						continue
					}
					seen[key] = true
					delete(left, key)
					check(m.Name + ", " + key)
				}
			}
			if len(seen) > before {
				opened(m.Name + ", " + g.Name)
			}
			idle := eval[[]string](p, `[...document.querySelectorAll("[data-settings-form] .field.idle [data-key]")].map(e => e.dataset.key)`)
			if !slices.ContainsFunc(idle, func(key string) bool { return !seen[key] }) {
				break // nothing is left that another gradient could wake
			}
		}
	}
	for key, why := range left {
		if !seen[key] && !slices.Contains([]string{"device", "optimizer"}, key) { // of which there is one so far
			t.Errorf("%s could not be changed with any method: %s", key, why)
		}
	}
	if len(seen) < 35 {
		t.Errorf("only %d controls: %v", len(seen), slices.Sorted(maps.Keys(seen)))
	}

	// The chooser of methods.
	for _, m := range method.All() {
		if eval[bool](p, `document.querySelector('[data-method-form] [value=`+m.Name+`]').checked`) {
			continue
		}
		before := eval[string](p, `location.search`)
		p.set("method", m.Name)
		p.wait("the address has "+m.Name, fmt.Sprintf(`location.search !== %q`, before))
		check("the method " + m.Name)
	}
	opened("the last method")
	t.Logf("%d controls", len(seen))
	p.clean("while settings change")
	fresh.clean("a fresh profile")
}

// deskState is what the script has: the settings of all lanes, and the link with the view.
const deskState = `JSON.stringify([gradlab.lanes().map(l => l.query), document.querySelector("[data-link]").value])`
