// Package static holds what browsers load: the style sheet, the scripts and the
// typeface, built into dist and embedded, so that the program needs no file
// beside itself and no page asks another host for anything.
//
// The sources are in src: ES modules whose types stand in JSDoc comments, and
// style sheets. esbuild, a tool of this module, bundles them; npm only checks
// types and runs the modules' tests (`npm run check`), and nobody needs it to
// build or run the lab.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"regexp"
)

// The browsers are the first that know all that the pages need: popovers, :has and
// checkVisibility. The README names them.
//
//go:generate go tool esbuild src/lab.js src/home.js src/probe.js src/share.js src/sweep.js src/inside.js src/gallery.js --bundle --minify --format=esm --target=es2022,chrome114,firefox125,safari17.4 --legal-comments=none --charset=utf8 --outdir=dist --log-level=warning
//go:generate go tool esbuild src/theme.js --bundle --minify --format=iife --target=es2022 --charset=utf8 --outdir=dist --log-level=warning
//go:generate go tool esbuild src/icon.svg --loader:.svg=copy --outdir=dist --log-level=warning
//go:generate go tool esbuild src/style.css --bundle --minify --target=chrome114,firefox125,safari17.4 --loader:.woff2=file --asset-names=[name]-[hash] --charset=utf8 --outdir=dist --log-level=warning

//go:embed dist
var dist embed.FS

// InterLicence is the typeface's, for the page of credits.
//
//go:embed vendor/inter/OFL.txt
var InterLicence string

// Prefix is the path under which Files are served.
const Prefix = "/static/"

// Files are the built files, by their names: "style.css".
var Files = func() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("static: " + err.Error()) // only for an invalid path, and this one is a constant
	}
	return sub
}()

// versions are short digests of the files.
var versions = func() map[string]string {
	v := map[string]string{}
	files, err := fs.ReadDir(Files, ".")
	if err != nil {
		panic("static: " + err.Error())
	}
	for _, f := range files {
		content, err := fs.ReadFile(Files, f.Name())
		if err != nil {
			panic("static: " + err.Error())
		}
		sum := sha256.Sum256(content)
		v[f.Name()] = hex.EncodeToString(sum[:6])
	}
	return v
}()

// digested are names that esbuild made of a file's content: a style sheet knows no other
// address of what it uses.
var digested = regexp.MustCompile(`-[0-9A-Z]{8}\.woff2$`)

// Typeface is the name of the built typeface.
var Typeface = func() string {
	for name := range versions {
		if digested.MatchString(name) {
			return name
		}
	}
	panic("static: no typeface was built")
}()

// URL returns the address of a built file. It changes with the content, so an
// answer to it may be kept for ever. It panics for a file that does not exist.
func URL(name string) string {
	v, ok := versions[name]
	switch {
	case !ok:
		panic("static: no built file " + name)
	case digested.MatchString(name):
		return Prefix + name
	}
	return Prefix + name + "?v=" + v
}
