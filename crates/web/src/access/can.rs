//! Extractors that are proof: a handler that takes one cannot be reached without it.

use std::{marker::PhantomData, ops::Deref};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use karavan_kernel::{Actor, Right};

use crate::{AccountPrincipal, ApiError, Ctx, Principal};

/// Somebody who has the right `R`.
///
/// Without it, an API answers 403, and a page answers 404: who may not see a page need not learn that it exists.
pub struct Can<R: Right> {
    principal: Principal,
    right: PhantomData<fn() -> R>,
}

impl<R: Right> Can<R> {
    /// Who it is, as transactions record it.
    pub fn actor(&self) -> Actor {
        self.principal.actor()
    }
}

impl<R: Right> Deref for Can<R> {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl<R: Right, S: Sync> FromRequestParts<S> for Can<R> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let ctx = Ctx::of(&parts.extensions)?;
        if ctx.principal.is_anonymous() {
            return Err(ApiError::auth_required());
        }
        if !ctx.principal.may(R::PERMISSION) {
            if ctx.principal.is_withheld() {
                return Err(ApiError::second_factor_required());
            }
            return Err(if ctx.html {
                ApiError::not_found()
            } else {
                ApiError::permission_denied()
            });
        }
        Ok(Self {
            principal: ctx.principal.clone(),
            right: PhantomData,
        })
    }
}

/// Everybody, known or not: says that a route is public on purpose.
pub struct Anyone(pub Principal);

impl Deref for Anyone {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Anyone {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(Self(Ctx::of(&parts.extensions)?.principal.clone()))
    }
}

/// Any person with an account, whatever they may do.
pub struct SignedIn(pub AccountPrincipal);

impl SignedIn {
    /// Who it is, as transactions record it.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.0.id.clone())
    }
}

impl Deref for SignedIn {
    type Target = AccountPrincipal;
    fn deref(&self) -> &AccountPrincipal {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match &Ctx::of(&parts.extensions)?.principal {
            Principal::Account(account) => Ok(Self(account.clone())),
            Principal::Anonymous => Err(ApiError::auth_required()),
            // A machine has no profile of its own.
            Principal::Service(_) => Err(ApiError::expected(StatusCode::FORBIDDEN, "permission_denied")),
        }
    }
}

/// Somebody signed in who has shown a moment ago who they are: for acts that a stranger at an open browser must not do.
///
/// Otherwise an API answers 403 `proof_required`, and a page leads to where they can show it, and back.
pub struct Proved(pub SignedIn);

impl Deref for Proved {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Proved {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let who = SignedIn::from_request_parts(parts, state).await?;
        if who.proof.fresh {
            Ok(Self(who))
        } else {
            Err(ApiError::proof_required())
        }
    }
}
