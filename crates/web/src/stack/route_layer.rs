//! The shape of a layer that fits one route, so that functions can return one without naming its type.

use std::convert::Infallible;

use axum::{extract::Request, response::Response, routing::Route};

/// A layer for one route.
pub trait RouteLayer: tower::Layer<Route, Service: RouteService> + Clone + Send + Sync + 'static {}

impl<L> RouteLayer for L where L: tower::Layer<Route, Service: RouteService> + Clone + Send + Sync + 'static {}

/// What a [`RouteLayer`] makes of a route.
pub trait RouteService:
    tower::Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> RouteService for S where
    S: tower::Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}
