module gradlab/internal/engine/kernel/gen

go 1.26.0
