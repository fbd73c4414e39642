use super::*;
use std::collections::BTreeMap;

const GOOD: [(&str, &str); 6] = [
    ("CASEGRAPH_DATABASE_URL", "postgres://casegraph:hunter2@db.example/casegraph?sslmode=verify-full"),
    ("CASEGRAPH_OIDC_ISSUER", "https://login.example/tenant/v2.0"),
    ("CASEGRAPH_OIDC_AUDIENCE", "casegraph"),
    ("CASEGRAPH_SMTP_URL", "smtps://casegraph:hunter2@relay.example"),
    ("CASEGRAPH_MAIL_FROM", "SEND team <send@authority.example>"),
    ("CASEGRAPH_PUBLIC_URL", "https://casegraph.example/"),
];

fn read(changes: &[(&str, &str)]) -> Result<Settings, Problems> {
    let mut values: BTreeMap<_, _> = GOOD.into_iter().collect();
    values.extend(changes.iter().copied());
    Settings::read(None, |name| values.get(name).map(|&value| value.to_owned()))
}

/// Whether a value of one setting is refused, and is the only thing that is.
fn refused(name: &str, value: &str) -> bool {
    match read(&[(name, value)]) {
        Ok(_) => false,
        Err(Problems(problems)) => {
            assert!(problems.len() == 1 && problems[0].starts_with(name), "{problems:?}");
            assert!(!problems[0].contains("hunter2"), "{problems:?}");
            true
        }
    }
}

#[test]
fn good_settings_are_read() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.listen, "127.0.0.1:8000".parse().unwrap());
    assert_eq!(settings.public_url, "https://casegraph.example");
    assert_eq!(settings.mail_from.name, "SEND team");
    assert_eq!(settings.mail_from.email, "send@authority.example");
    assert!(!settings.graphiql && settings.allowed_origins.is_empty());
    let more = [
        ("CASEGRAPH_GRAPHIQL", "true"),
        ("CASEGRAPH_ALLOWED_ORIGINS", "https://a.example, https://b.example:8443"),
        ("CASEGRAPH_LISTEN", "0.0.0.0:80"),
    ];
    let settings = read(&more).unwrap();
    assert!(settings.graphiql);
    assert_eq!(settings.allowed_origins, ["https://a.example", "https://b.example:8443"]);
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let Err(problems) = Settings::read(None, |_| None) else { panic!("nothing is no settings") };
    let text = problems.to_string();
    for (name, _) in GOOD {
        assert!(text.contains(&format!("{name} is missing")), "{text}");
    }
    assert!(!text.contains("LISTEN") && !text.contains("GRAPHIQL"), "{text}");
    assert!(refused("CASEGRAPH_OIDC_AUDIENCE", "  "));
}

#[test]
fn the_issuer_has_tls_unless_it_is_on_this_machine() {
    let name = "CASEGRAPH_OIDC_ISSUER";
    assert!(refused(name, "http://login.example"));
    assert!(refused(name, "http://localhost.example"));
    assert!(refused(name, "https://login.example?tenant=1"));
    assert!(refused(name, "login.example"));
    for loopback in ["http://127.0.0.1:9000", "http://localhost:9000/realm", "http://[::1]:9000"] {
        assert!(!refused(name, loopback), "{loopback}");
    }
}

#[test]
fn postgres_over_the_network_needs_tls() {
    let name = "CASEGRAPH_DATABASE_URL";
    for unsafe_url in [
        "postgres://casegraph:hunter2@db.example/casegraph",
        "postgres://casegraph:hunter2@db.example/casegraph?sslmode=prefer",
        "postgres://casegraph:hunter2@db.example/casegraph?sslmode=require&sslmode=disable",
        "postgres://casegraph:hunter2@localhost/casegraph?host=db.example",
        "postgres:///casegraph",
        "mysql://db.example/casegraph",
        "casegraph.db",
    ] {
        assert!(refused(name, unsafe_url), "{unsafe_url}");
    }
    for safe in [
        "postgres://db.example/casegraph?sslmode=require",
        "postgresql://db.example/casegraph?sslmode=verify-ca",
        "postgres://127.0.0.1/casegraph",
        "postgres://localhost:5432/casegraph",
        "postgres:///casegraph?host=/run/postgresql",
        "sqlite:///var/lib/casegraph/casegraph.db",
    ] {
        assert!(!refused(name, safe), "{safe}");
    }
}

#[test]
fn mail_never_goes_over_the_network_in_clear() {
    let name = "CASEGRAPH_SMTP_URL";
    for unsafe_url in [
        "smtp://casegraph:hunter2@relay.example",
        "smtp://relay.example:25",
        "smtp://casegraph:hunter2@127.0.0.1",
        "smtp://relay.example?tls=opportunistic",
        "https://relay.example",
        "relay.example",
    ] {
        assert!(refused(name, unsafe_url), "{unsafe_url}");
    }
    for safe in ["smtp://casegraph:hunter2@relay.example:587?tls=required", "smtp://127.0.0.1:2525"] {
        assert!(!refused(name, safe), "{safe}");
    }
}

#[test]
fn the_public_address_has_tls_unless_all_stays_on_this_machine() {
    assert!(refused("CASEGRAPH_PUBLIC_URL", "http://casegraph.example"));
    assert!(refused("CASEGRAPH_PUBLIC_URL", "https://casegraph.example/?a=b"));
    assert!(!refused("CASEGRAPH_PUBLIC_URL", "http://127.0.0.1:8000"));
    let open =
        read(&[("CASEGRAPH_PUBLIC_URL", "http://127.0.0.1:8000"), ("CASEGRAPH_LISTEN", "0.0.0.0:8000")]);
    assert!(open.err().unwrap().to_string().contains("CASEGRAPH_LISTEN is open to the network"));
}

#[test]
fn what_cannot_be_read_is_refused() {
    assert!(refused("CASEGRAPH_LISTEN", "8000"));
    assert!(refused("CASEGRAPH_GRAPHIQL", "maybe"));
    assert!(refused("CASEGRAPH_MAIL_FROM", "the SEND team"));
    assert!(refused("CASEGRAPH_ALLOWED_ORIGINS", "https://a.example, *"));
    assert!(refused("CASEGRAPH_ALLOWED_ORIGINS", "https://a.example/path"));
}

fn file(name: &str, text: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("casegraph-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_environment_wins_over_the_file() {
    let path = file(
        "wins",
        "database_url = \"sqlite:file.db\"\nlisten = \"127.0.0.1:1\"\ngraphiql = true\nallowed_origins = []\n",
    );
    let values: BTreeMap<_, _> =
        GOOD.into_iter().skip(1).chain([("CASEGRAPH_LISTEN", "127.0.0.1:2")]).collect();
    let settings =
        Settings::read(Some(&path), |name| values.get(name).map(|&value| value.to_owned())).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(settings.database_url, "sqlite:file.db");
    assert_eq!(settings.listen, "127.0.0.1:2".parse().unwrap());
    assert!(settings.graphiql);
}

#[test]
fn a_wrong_file_is_named_by_its_line_and_no_value_is_shown() {
    let path = file("wrong", "listen = \"127.0.0.1:1\"\nsmtp_password = \"hunter2\"\n");
    let problems = database_url(Some(&path), |_| None).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(problems.contains("line 2") && problems.contains("smtp_password"), "{problems}");
    assert!(!problems.contains("hunter2"), "{problems}");
    assert!(database_url(Some(&path), |_| None).is_err(), "there is no file any more");
    let url = database_url(None, |name| (name == "CASEGRAPH_DATABASE_URL").then(|| "sqlite:a.db".to_owned()));
    assert_eq!(url.unwrap(), "sqlite:a.db");
}

#[test]
fn limits_are_read_and_named() {
    let settings = read(&[("CASEGRAPH_LIMIT_TOKENS", "500"), ("CASEGRAPH_LIMIT_NESTING", "100")]).unwrap();
    assert_eq!((settings.limits.tokens, settings.limits.nesting), (500, 100));
    assert_eq!(settings.limits.depth, Limits::default().depth);
    assert!(refused("CASEGRAPH_LIMIT_TOKENS", "0") && refused("CASEGRAPH_LIMIT_TOKENS", "many"));
    // The parser's stack does not hold more.
    assert!(refused("CASEGRAPH_LIMIT_NESTING", "101"));
}

#[test]
fn limits_stand_in_the_file_under_their_own_heading() {
    let file = std::env::temp_dir().join(format!("casegraph-limits-{}.toml", std::process::id()));
    let read = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let values: BTreeMap<_, _> = GOOD.into_iter().collect();
        Settings::read(Some(&file), |name| values.get(name).map(|&value| value.to_owned()))
    };
    let settings = read("trusted_documents = \"documents.json\"\n[limits]\ncomplexity = 9\n").unwrap();
    assert_eq!(settings.limits.complexity, 9);
    assert_eq!(settings.trusted_documents, Some(PathBuf::from("documents.json")));
    let Err(Problems(problems)) = read("[limits]\ncomplexty = 9\n") else { panic!("no such limit") };
    assert_eq!(problems, ["CASEGRAPH_LIMIT_COMPLEXTY is no limit of the service"]);
    std::fs::remove_file(&file).unwrap();
}
