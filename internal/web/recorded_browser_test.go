package web_test

import (
	"strings"
	"testing"

	"gradlab/experiments"
)

// On a server where nothing has run the lab shows the run that comes with the program, says so, and takes it for no
// run: neither time nor links nor files know it. It is gone with another setting, and with Run.
func TestAnIdleLabShowsARecordedRun(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/lab", 1280, 720, "light")
	const (
		curve = `gradlab.charts().find(c => c.title === "Loss").curves[0]?.values`
		shown = `document.querySelector("[data-recorded]:not([hidden])") !== null`
		blank = `!(` + shown + `) && gradlab.charts().every(c => c.curves.every(k => k.values.length === 0)) && !document.querySelector("main.replay")`
	)
	p.wait("the recorded curve is drawn", shown+` && `+curve+`?.length === 300`)
	_, body := s.do("GET", "/recorded/first/records", "", "")
	if lines := strings.Count(body, "\n"); lines != 300 {
		t.Fatalf("%d records", lines)
	}
	if same := eval[bool](p, `(async () => {
		const records = (await (await fetch("/recorded/first/records")).text()).trim().split("\n").map(l => JSON.parse(l));
		return `+curve+`.every((v, i) => v === Math.fround(records[i].loss));
	})()`); !same {
		t.Error("the curve is not that of the records")
	}
	if said := eval[string](p, `document.querySelector("[data-recorded]").textContent`); !strings.Contains(said, "Recorded earlier") || !strings.Contains(said, "Press Run for your own") {
		t.Errorf("it says %q", said)
	}
	if !eval[bool](p, `gradlab.lanes()[0].length === 0 && gradlab.lanes()[0].run === "" && gradlab.step() === undefined && location.hash === ""
		&& document.querySelector("[data-timeline]").matches(".empty") && document.querySelector("[data-status]").textContent === "not run yet" && !document.querySelector("[data-link]").value.includes("hash=")`) {
		t.Error("the page takes it for a run")
	}
	p.press("#chart-loss [data-numbers]")
	p.wait("the numbers say so", `document.querySelector("#chart-loss [data-panel-data]").textContent.startsWith("Recorded earlier") && !document.querySelector("#chart-loss [data-panel-data] a")`)

	p.set("lr", "0.01")
	p.wait("another setting shows nothing", blank)
	p.set("lr", "0.5")
	p.wait("nor does one more", blank+` && location.search.includes("lr=0.5")`)
	again := b.open(s.URL+"/lab", 390, 844, "dark")
	again.wait("the recorded curve is drawn", shown)
	again.press(`[data-action="run"]`)
	again.wait("the run is its own", `gradlab.lanes()[0].run !== "" && gradlab.lanes()[0].length > 0 && !(`+shown+`) && !document.querySelector("main.replay") && gradlab.charts().find(c => c.title === "Loss").curves[0].values.length > 0`)
	again.press(`[data-action="stop"]`)
	again.wait("it has stopped", `["cancelled", "finished"].includes(gradlab.lanes()[0].state)`)
	p.clean("changed")
	again.clean("run")

	fresh := b.open(s.URL+"/lab?"+fast, 1280, 720, "light")
	fresh.wait("other settings have no recording", `!document.querySelector("[data-recorded]") && gradlab.lanes().length === 1`)
	fresh.clean("other settings")
}

// The page of an experiment whose settings are those of recorded runs shows them too, in the
// figures that its text is about, until somebody runs them, and so does the lab; another
// experiment has none.
func TestAnExperimentShowsARecordedRun(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	p := b.open(s.URL+"/experiments/first", 1280, 720, "light")
	const (
		shown = `document.querySelector("[data-recorded]")?.checkVisibility() === true`
		drawn = `gradlab.charts().length === 3 && gradlab.charts().every(c => c.box?.width > 0 && c.curves.some(k => k.values.length === 300))`
	)
	p.wait("the recorded curves are drawn", `globalThis.gradlab !== undefined && `+shown+` && `+drawn)
	if said := eval[string](p, `document.querySelector("[data-recorded]").textContent`); !strings.Contains(said, "Recorded earlier") {
		t.Errorf("it says %q", said)
	}
	if !eval[bool](p, `gradlab.lanes()[0].length === 0 && gradlab.lanes()[0].run === ""`) {
		t.Error("the page takes it for a run")
	}
	p.accessible("an experiment with a recorded run")
	p.press(`[data-action="run"]`)
	p.wait("the run is its own", `gradlab.lanes()[0].length > 0 && !(`+shown+`) && !document.querySelector(".replay")`)
	p.press(`[data-action="stop"]`)
	p.wait("it has stopped", `["cancelled", "finished"].includes(gradlab.lanes()[0].state)`)
	p.clean("an experiment with a recorded run")

	stop, _ := experiments.Lookup("simsiam-stop")
	for _, path := range []string{"/experiments/simsiam-stop", "/lab?" + stop.Experiment.Query()} {
		two := b.open(s.URL+path, 1280, 720, "light")
		two.wait("both lanes' collapse level is drawn", `globalThis.gradlab !== undefined && `+shown+` && (() => {
			const level = gradlab.charts().find(c => c.title === "Collapse level");
			return level?.box?.width > 0 && level.curves.length === 2 && level.curves.every(k => k.values.length === 300) && level.curves[0].values[299] < 0.5 && level.curves[1].values[299] > 0.8;
		})()`)
		if !eval[bool](two, `gradlab.lanes().every(l => l.length === 0 && l.run === "")`) {
			t.Errorf("%s takes them for runs", path)
		}
		if strings.HasPrefix(path, "/experiments/") {
			two.press("[data-present]")
			two.wait("presented, the chart to look for is whole above the heads", `document.querySelector("#chart-collapse_level").getBoundingClientRect().bottom < 0.9 * innerHeight`)
		}
		two.clean(path)
	}
	other := b.open(s.URL+"/experiments/byol-collapse", 1280, 720, "light")
	other.wait("the page is ready", `globalThis.gradlab?.charts().length > 0`)
	if eval[bool](other, `document.querySelector("[data-recorded], .replay") !== null`) {
		t.Error("an experiment of other settings has a recorded run")
	}
	other.clean("another experiment")
}
