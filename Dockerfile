# Everything is installed in the first stage; the second runs it, as a user without rights.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir "uv>=0.5,<1" && uv venv /opt/venv
COPY requirements.txt .
RUN VIRTUAL_ENV=/opt/venv uv pip install --no-cache -r requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home assay
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    ASSAY_HOME=/var/lib/assay \
    ASSAY_STATIC_ROOT=/srv/static \
    ASSAY_BIND_ADDRESS=0.0.0.0:8000
WORKDIR /srv/assay
COPY --from=build /opt/venv /opt/venv
COPY . .
RUN DJANGO_SETTINGS_MODULE=config.settings ASSAY_HOME=/tmp/build \
      python manage.py collectstatic --no-input \
 && rm -rf /tmp/build \
 && install -d -o assay -g assay -m 0700 /var/lib/assay
USER assay
VOLUME /var/lib/assay
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi:application"]
