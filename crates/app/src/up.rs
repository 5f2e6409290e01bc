//! `karavan up`: from a valid configuration to a running process, and back.
//!
//! **Always holds:** the folder is locked before a log file or the database is opened, the port is taken before anything is
//! written into the database, and the last thing is that the database is closed.

use std::time::Duration;

use karavan_kernel::{Actor, Entropy};
use karavan_platform::{
    Platform, Product,
    access::{OWNER, links, store as access},
    host::{Host, Role, Roles},
};
use karavan_web::health::Health;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    Failure, assemble,
    banner::Banner,
    cli::Up,
    config::Config,
    demo::{self, Simulators},
    folder::DataFolder,
    listener::listen,
    logs, metrics, say,
    signals::Signals,
};

/// A little longer than requests and jobs are waited for, after the lingering.
const LONGEST_STOP: Duration = Duration::from_secs(35);

/// How often the metrics' histograms are folded together.
const UPKEEP: Duration = Duration::from_secs(5);

/// Runs until told to stop.
///
/// # Errors
/// When it cannot start, or fails while running.
pub async fn up(mut config: Config, options: Up) -> Result<(), Failure> {
    let signals = Signals::listen()?;
    let metrics = metrics::gather()?;
    let folder = DataFolder::open(&config.data.folder)?;
    let mut lock = folder.lock_soon().await?;
    let roles = Roles(options.roles.iter().copied().collect());
    // After the lock, because of the files; it is dropped before the lock, and then the last lines are written.
    let _logs = logs::start(&config.log, &folder, &roles, options.demo)?;
    let listener = if roles.0.contains(&Role::Web) {
        Some(listen(config.server.listen()).await?)
    } else {
        None
    };
    let simulators = if options.demo {
        Some(Simulators::open(&mut config).await?)
    } else {
        None
    };

    let db = assemble::open_database(&config, &folder, Entropy::system()).await?;
    if !options.no_migrate {
        assemble::migrate(&db).await?;
    }
    let bound = listener
        .as_ref()
        .map_or(Ok(config.server.listen()), TcpListener::local_addr)?;
    let web = config.server.web(bound, config.is_production());
    let address = web.public_url.to_string();
    let platform = assemble::platform(&config, &folder, db)?.reached_at(&address);
    if let Some(redis) = &platform.redis {
        // The first requests should count with all others. If it is away, that is logged, and no reason not to start.
        drop(redis.connect().await);
    }
    let products = assemble::products(&config, &platform);
    let mut banner = describe(&config, &folder, &platform, &products, &roles);

    let health = health(&config, &platform, metrics.clone());
    let anchors = assemble::anchors(&config, folder.path());
    let mut host_config = assemble::host_config(&config, web, health, anchors);
    host_config.demo = simulators.as_ref().map(Simulators::pages);
    banner.docs = host_config.docs.swagger;
    let mut host = assemble::host(platform.clone(), products, host_config)?;
    if options.demo {
        demo::fill(&mut host).await?;
        banner.demo = true;
        banner.simulators = Simulators::links();
    }
    if listener.is_some() {
        let link = admin_link(&platform, options.demo).await?;
        banner.admin_link = link.map(|token| format!("{address}/admin/enter/{token}"));
        lock.announce(&address)?;
        banner.address = Some(address);
    }
    warn(&config);
    say::line(banner.text());

    let outcome = run(&host, &roles, listener, simulators, signals, metrics).await;
    platform.db.close().await;
    outcome
}

async fn run(
    host: &Host,
    roles: &Roles,
    listener: Option<TcpListener>,
    simulators: Option<Simulators>,
    signals: Signals,
    metrics: PrometheusHandle,
) -> Result<(), Failure> {
    let longest_stop = host.linger() + LONGEST_STOP;
    let stop = CancellationToken::new();
    let outside = async {
        match simulators {
            // The bots say goodbye first: their last calls are still answered.
            Some(simulators) => simulators.serve(stop.clone()).await,
            None => Ok(()),
        }
    };
    let work = async {
        let (work, outside) = tokio::join!(host.run(roles, listener, stop.clone()), outside);
        work.map_err(|error| Failure::runtime(&error)).and(outside)
    };
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(longest_stop).await;
    };
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            metrics.run_upkeep();
        }
    };
    tokio::select! {
        outcome = work => outcome,
        impatient = signals.obey(stop.clone()) => Err(impatient),
        () = overdue => {
            tracing::warn!("Work was still under way {} s after the stop; it is left to the next start", longest_stop.as_secs());
            Ok(())
        }
        () = upkeep => Ok(()),
    }
}

fn health(config: &Config, platform: &Platform, handle: PrometheusHandle) -> Health {
    let token = config.metrics.token.clone();
    Health {
        checks: Vec::new(),
        helpers: Vec::new(),
        metrics: Some(handle),
        samples: vec![metrics::sample(platform.db.clone())],
        metrics_token: Some(token).filter(|token| !token.is_empty()),
    }
}

/// A link when nobody could get in otherwise; a demo always has one.
async fn admin_link(platform: &Platform, demo: bool) -> Result<Option<String>, Failure> {
    let owner = access::first_account_with_role(&mut *platform.db.read().await?, OWNER).await?;
    if owner.is_some() && !demo {
        return Ok(None);
    }
    let mut tx = platform.db.begin(Actor::System("up")).await?;
    let token = links::create_for_owner(&mut tx).await?;
    tx.commit().await?;
    Ok(Some(token))
}

fn describe(config: &Config, folder: &DataFolder, platform: &Platform, products: &[Product], roles: &Roles) -> Banner {
    let engine = match platform.db.engine_name() {
        "postgres" => "; the database is PostgreSQL",
        _ => "",
    };
    let place = |product: &Product| {
        let path = product.admin.entries.first().map_or("/admin", |entry| entry.href);
        (product.name.to_owned(), path.to_owned())
    };
    let silent = products.iter().flat_map(|product| {
        let off = product.bots.iter().filter(|bot| bot.token.is_none());
        off.map(|bot| {
            format!(
                "the bot {}: set its token in [{}], or try --demo",
                bot.name, product.name
            )
        })
    });
    let mut off: Vec<String> = silent.collect();
    if !platform.mail_is_on() {
        off.push("mail: set the server in [mail], or try --demo".to_owned());
    }
    if !config.products.coffee {
        off.push("the product coffee: switched off in [products]".to_owned());
    }
    Banner {
        data: format!("{}{engine}", folder.path().display()),
        roles: roles.0.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", "),
        products: products.iter().map(place).collect(),
        off,
        ..Banner::default()
    }
}

/// What is allowed, but should be known.
fn warn(config: &Config) {
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
}
