//! Makes of a module of WebAssembly the one that JavaScript loads, and the script that loads it: what `wasm-bindgen`
//! does on a command line, as the version that this workspace is locked to.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] = args.as_slice() else {
        return Err("usage: bindgen MODULE.wasm FOLDER NAME".into());
    };
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(module).out_name(name).typescript(false).web(true)?;
    // Where the module lies says who loads it; after a fault an instance is thrown away.
    bindgen.omit_default_module_path(true).reset_state_function(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder)?;
    Ok(())
}
